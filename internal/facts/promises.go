package facts

import (
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/schema"
)

// promises are the criteria that have a figure in the output.
func promises(s schema.Spec) []prove.Promise {
	var out []prove.Promise
	for _, c := range s.Criteria {
		v := c.Value
		p := prove.Promise{ID: c.ID, Path: schema.Join("criteria", c.ID), Kind: v.Kind()}
		switch p.Kind {
		case "coverage":
			p.AtLeast = v.Coverage.AtLeast
		case "published":
			p.Within = time.Duration(v.Published.Within)
		case "scanned":
			p.Refuse = v.Scanned.Refuse
		case "ready":
			p.Within = time.Duration(v.Ready.Within)
		case "endpoint":
			p.Within = time.Duration(v.Endpoint.Within)
		case "rollback":
			p.Within = time.Duration(v.Rollback.Within)
		case "replicas":
			p.AtLeast = float64(v.Replicas.AtLeast)
		}
		out = append(out, p)
	}
	return out
}

// existing are the objects and kinds that the spec declares, the kinds of the author's
// own files also as those of others, which Kubernetes must have learned from someone.
func existing(s schema.Spec) (objects, kinds []string) {
	objects = append(objects, s.Deploy.Existing...)
	for _, k := range s.Deploy.Custom.Kinds {
		if group, kind, grouped := strings.Cut(k, "/"); grouped {
			objects = append(objects, kind+"."+group)
		}
	}
	return objects, s.Deploy.Custom.Kinds
}
