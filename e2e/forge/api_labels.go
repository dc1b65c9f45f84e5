package forge

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// addLabels gives a pull request labels, which GitHub makes where there are none of the name.
func (f *Forge) addLabels(q question) (any, error) {
	var in struct{ Labels []string }
	if json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, unparsed()
	}
	return f.relabel(q, func(had []string) ([]string, error) {
		for _, l := range in.Labels {
			if !slices.Contains(had, l) {
				had = append(had, l)
			}
		}
		return had, nil
	})
}

func (f *Forge) removeLabel(q question) (any, error) {
	name := q.PathValue("label")
	return f.relabel(q, func(had []string) ([]string, error) {
		if !slices.Contains(had, name) {
			return nil, &refusal{status: http.StatusNotFound, message: "Label does not exist"}
		}
		return slices.DeleteFunc(had, func(l string) bool { return l == name }), nil
	})
}

func (f *Forge) relabel(q question, change func(had []string) ([]string, error)) (any, error) {
	p, err := f.edit(q.Context(), q.bare, q.pull(), func(p *pull) (err error) {
		p.labels, err = change(slices.Clone(p.labels))
		return err
	})
	if err != nil {
		return nil, err
	}
	return labelsOf(q.repository, p), nil
}

func labelsOf(repository string, p pull) []any {
	return each(p.labels, func(name string) any {
		address := apiURL(repository, "labels", name)
		return map[string]any{"id": id(address), "node_id": nodeOf(address, 1), "url": address, "name": name, "description": "", "color": "ededed", "default": false}
	})
}

func (f *Forge) comment(q question) (any, error) {
	var in struct{ Body string }
	if json.NewDecoder(q.Body).Decode(&in) != nil {
		return nil, unparsed()
	}
	p, err := f.edit(q.Context(), q.bare, q.pull(), func(p *pull) error {
		p.comments = append(slices.Clone(p.comments), in.Body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	issue := apiURL(q.repository, "issues", strconv.Itoa(p.number))
	self := apiURL(q.repository, "issues/comments", strconv.Itoa(len(p.comments)))
	now := moment(time.Now())
	return created{map[string]any{
		"id": id(self), "node_id": nodeOf(self, 1), "url": self, "issue_url": issue, "html_url": htmlURL(q.repository, "pull", strconv.Itoa(p.number)) + "#issuecomment-" + strconv.Itoa(len(p.comments)),
		"body": in.Body, "user": account("github-actions[bot]"), "author_association": "NONE", "created_at": now, "updated_at": now,
	}}, nil
}

// Comments are what was written under a pull request.
func (f *Forge) Comments(repository string, number int) []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return slices.Clone(f.of(repository).pulls[number-1].comments)
}
