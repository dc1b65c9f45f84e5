package rollback

import (
	"bytes"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// ChartValues adds to files of the live folder, which have its kustomization, the values file that follows from it.
func (w Change) ChartValues(files map[string][]byte) {
	if c := w.Plan.Chart(w.Environment); c != nil {
		files[artifact.ChartValuesFile] = artifact.ChartValues(c.Images+"\n", pipeline.LiveImages(files["kustomization.yaml"]))
	}
}

// withValues gives the live folder of then the values file as the chart of today takes it.
func (w *Change) withValues() error {
	if w.Plan.Chart(w.Environment) == nil {
		return nil
	}
	kustomization, _ := gitrepo.File(w.Dir, w.State, w.Environment.Live+"/kustomization.yaml")
	files := map[string][]byte{"kustomization.yaml": kustomization}
	w.ChartValues(files)
	if then, ok := gitrepo.File(w.Dir, w.State, w.Environment.Live+"/"+artifact.ChartValuesFile); ok && bytes.Equal(then, files[artifact.ChartValuesFile]) {
		return nil
	}
	state, err := gitrepo.CommitFiles(w.Dir, w.State, w.Environment.Live, files, w.Message, w.Now())
	if err == nil {
		w.State = state
	}
	return err
}

// images are those that run with these files: what an overlay renders, and the chart beside it. All is false where the
// chart cannot be rendered here, and its images are those that it is given.
func (w Change) images(e plan.Environment, files []artifact.File) (out []string, all bool, err error) {
	// A fault in another overlay is none of this one.
	out, err = check.Images(check.Reached(files, []string{e.Overlay}), e.Overlay)
	c := w.Plan.Chart(e)
	if err != nil || c == nil {
		return out, true, err
	}
	here := c.In(e.Name)
	one := check.Chart{Overlay: e.Overlay, Live: e.Live, Folder: here.Folder, Values: here.Values, Images: c.Images, Release: c.ReleaseIn(e), Namespace: e.Namespace}
	if one.Folder != "" {
		if one.Files, err = w.chartFiles(one); err != nil {
			return nil, false, err
		}
		charts := check.NewCharts([]check.Chart{one}, func(f artifact.File) string { return f.Path })
		if charts.Version != "" {
			found, err := charts.Images(files, e.Overlay)
			return append(out, found...), true, err
		}
	}
	at := slices.IndexFunc(files, func(f artifact.File) bool { return f.Path == path.Join(e.Live, "kustomization.yaml") })
	if at >= 0 {
		for _, i := range pipeline.LiveImages(files[at].Content) {
			out = append(out, i.Name+":"+i.Tag+"@"+i.Digest)
		}
	}
	return out, false, nil
}

// chartFiles are the files of a chart and its values files as origin has them.
func (w Change) chartFiles(c check.Chart) ([]artifact.File, error) {
	objects, err := gitrepo.Tree(w.Dir, w.Head, c.Folder)
	if err != nil {
		return nil, err
	}
	files, err := read(w.Dir, objects)
	for _, name := range c.Values {
		if content, ok := gitrepo.File(w.Dir, w.Head, name); ok && !slices.ContainsFunc(files, func(f artifact.File) bool { return f.Path == name }) {
			files = append(files, artifact.File{Root: artifact.GitOps, Path: name, Content: content})
		}
	}
	return files, err
}
