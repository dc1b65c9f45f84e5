package check

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Chart is a Helm chart that Argo CD renders beside an overlay.
type Chart struct {
	// At is its place in the spec, and Paths are those of the values by which it gets images.
	At    string
	Paths []ChartValue
	// Overlay is the folder of its environment, and Live the one with the image that runs there.
	Overlay, Live string
	// Folder is where the chart is in the GitOps repository, Values are its values files, and Images is the text of the
	// one that deploys write.
	Folder             string
	Values             []string
	Images             string
	Release, Namespace string
	// Files are those of the chart, of any kind, and its values files.
	Files []artifact.File
}

const (
	// longestRender is for how long Helm may render a chart.
	longestRender = 30 * time.Second
	// mostOfChart is how many bytes all objects of a chart may have together.
	mostOfChart = 16 << 20
)

// Charts renders charts by the program Helm, and remembers what came out last.
type Charts struct {
	// Version is what the program says of itself, "" where it is not installed.
	Version string
	place   func(artifact.File) string
	program string
	of      map[string]Chart // by overlay
	known   map[string]chartRendering
}

type chartRendering struct {
	values  string
	objects []pipeline.Charted
	err     error
}

// NewCharts looks for Helm. The function place names a file in findings.
func NewCharts(charts []Chart, place func(artifact.File) string) *Charts {
	c := &Charts{place: place, of: map[string]Chart{}, known: map[string]chartRendering{}}
	for _, one := range charts {
		c.of[one.Overlay] = one
	}
	program, err := exec.LookPath("helm")
	if err != nil || len(charts) == 0 {
		return c
	}
	dir, err := os.MkdirTemp("", "pipegen-")
	if err != nil {
		return c
	}
	defer os.RemoveAll(dir)
	c.program = program
	if out, err := c.run(dir, "version", "--template", "{{.Version}}"); err == nil {
		c.Version = strings.TrimSpace(string(out))
	}
	return c
}

// Objects are what the chart beside an overlay renders to with the live images that files have, none where Helm is not
// installed. Their lines are those of the chart's templates.
func (c *Charts) Objects(files []artifact.File, overlay string) ([]pipeline.Charted, error) {
	chart, ok := c.of[overlay]
	if !ok || c.Version == "" {
		return nil, nil
	}
	values := chart.liveValues(files)
	if known, ok := c.known[overlay]; ok && known.values == string(values) {
		return known.objects, known.err
	}
	objects, err := c.render(chart, values)
	c.known[overlay] = chartRendering{string(values), objects, err}
	return objects, err
}

// Images are what the objects of a chart name as image, in any place.
func (c *Charts) Images(files []artifact.File, overlay string) ([]string, error) {
	objects, err := c.Objects(files, overlay)
	var out []string
	for _, o := range objects {
		out = imagesOf(o.Object, out)
	}
	return out, err
}

// liveValues is the values file as a deploy writes it from the live folder that files have.
func (c Chart) liveValues(files []artifact.File) []byte {
	at := slices.IndexFunc(files, func(f artifact.File) bool {
		return f.Root == artifact.GitOps && f.Path == path.Join(c.Live, "kustomization.yaml")
	})
	if at < 0 {
		return nil
	}
	return artifact.ChartValues(c.Images+"\n", pipeline.LiveImages(files[at].Content))
}

// render starts Helm on copies of the files, in a folder that has nothing else.
func (c *Charts) render(chart Chart, values []byte) ([]pipeline.Charted, error) {
	dir, err := os.MkdirTemp("", "pipegen-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, f := range append(slices.Clone(chart.Files), artifact.File{Path: path.Join(chart.Live, artifact.ChartValuesFile), Content: values}) {
		name := filepath.Join(dir, "tree", filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, f.Content, 0o600); err != nil {
			return nil, err
		}
	}
	args := []string{"template", chart.Release, filepath.Join("tree", filepath.FromSlash(chart.Folder)), "--namespace", chart.Namespace, "--include-crds", "--skip-tests"}
	for _, v := range append(slices.Clone(chart.Values), path.Join(chart.Live, artifact.ChartValuesFile)) {
		args = append(args, "--values", filepath.Join("tree", filepath.FromSlash(v)))
	}
	out, err := c.run(dir, args...)
	if err != nil {
		return nil, err
	}
	return c.objects(chart, out)
}

// run starts Helm without the user's settings, credentials and plugins, without a cluster and without a way to a server.
func (c *Charts) run(dir string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), longestRender)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.program, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	const nowhere = "http://127.0.0.1:9"
	cmd.Env = []string{"HOME=" + dir, "HELM_CACHE_HOME=" + dir, "HELM_CONFIG_HOME=" + dir, "HELM_DATA_HOME=" + dir, "HELM_PLUGINS=" + dir, "KUBECONFIG=" + os.DevNull,
		"HTTP_PROXY=" + nowhere, "HTTPS_PROXY=" + nowhere, "TMPDIR=" + dir}
	if root := os.Getenv("SYSTEMROOT"); root != "" {
		cmd.Env = append(cmd.Env, "SYSTEMROOT="+root)
	}
	stdout, stderr := &atMost{left: mostOfChart}, &atMost{left: 1 << 16}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("it takes longer than %s", longestRender)
	case stdout.full:
		return nil, fmt.Errorf("it gives more than %d MiB", mostOfChart>>20)
	case err != nil:
		if said := strings.TrimSpace(strings.ReplaceAll(stderr.String(), dir+string(filepath.Separator), "")); said != "" {
			_, why, _ := strings.Cut("\n"+said, "\nError: ")
			why, _, _ = strings.Cut(cmp.Or(why, said), "\n\nUse --debug")
			return nil, errors.New(why)
		}
		return nil, err
	}
	return stdout.Bytes(), nil
}

// atMost takes no more than some bytes.
type atMost struct {
	bytes.Buffer
	left int
	full bool
}

func (a *atMost) Write(p []byte) (int, error) {
	if a.left -= len(p); a.left < 0 {
		a.full = true
		return 0, errors.New("too much")
	}
	return a.Buffer.Write(p)
}

// objects reads what Helm has printed: documents, each below a line that names its template.
func (c *Charts) objects(chart Chart, out []byte) ([]pipeline.Charted, error) {
	var all []pipeline.Charted
	for _, doc := range strings.Split("\n"+string(out), "\n---\n") {
		source, text := "", doc
		if rest, ok := strings.CutPrefix(strings.TrimLeft(doc, "\n"), "# Source: "); ok {
			source, text, _ = strings.Cut(rest, "\n")
		}
		template := chart.template(source)
		roots, fault, line := pipeline.Decode([]byte(text), func(*yaml.Node) string { return "" })
		if fault != "" {
			return nil, fmt.Errorf("%s renders what is no YAML: %s, in line %d of it", template.Path, fault, line)
		}
		lines := alignedLines(text, string(template.Content))
		for _, y := range roots {
			if y.Kind != yaml.MappingNode || len(y.Content) == 0 {
				continue
			}
			relined(y, lines, 0)
			all = append(all, pipeline.Charted{Object: y, Template: &pipeline.File{File: template, Place: c.place(template)}})
		}
	}
	var nodes []*yaml.Node
	for _, o := range all {
		nodes = append(nodes, o.Object)
	}
	return all, sized(nodes)
}

// template is the file of the chart that Helm names, by the chart's name and the path in it; the chart's own description
// where it is none, such as for one in an archive.
func (c Chart) template(source string) artifact.File {
	_, inside, _ := strings.Cut(source, "/")
	for _, name := range []string{inside, "Chart.yaml"} {
		for _, f := range c.Files {
			if f.Path == path.Join(c.Folder, name) {
				return f
			}
		}
	}
	return artifact.File{Root: artifact.GitOps, Path: path.Join(c.Folder, "Chart.yaml"), Owner: artifact.Seeded}
}

// deepest bounds the stack of relined.
const deepest = 200

// relined gives a rendered value the lines of its template.
func relined(y *yaml.Node, lines []int, depth int) {
	if y.Line > 0 && y.Line <= len(lines) {
		y.Line = lines[y.Line-1]
	}
	for _, c := range y.Content {
		if depth < deepest {
			relined(c, lines, depth+1)
		}
	}
}

// mostAligned is how many lines a text may have to be compared with another one, line by line.
const mostAligned = 1500

// alignedLines are the lines of a template, from 1, from which those of its rendered text come: the longest run of lines
// in both that begin alike, up to the colon, and for the others the one before.
func alignedLines(rendered, template string) []int {
	a, b := keysOf(rendered), keysOf(template)
	out := make([]int, len(a))
	if len(a) > mostAligned || len(b) > mostAligned {
		for i := range out {
			out[i] = 1
		}
		return out
	}
	longest := make([][]int16, len(a)+1)
	for i := range longest {
		longest[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if longest[i][j] = max(longest[i+1][j], longest[i][j+1]); a[i] == b[j] && a[i] != "" {
				longest[i][j] = max(longest[i][j], longest[i+1][j+1]+1)
			}
		}
	}
	at := 1
	for i, j := 0, 0; i < len(a); i++ {
		for k := j; k < len(b); k++ {
			if a[i] == b[k] && a[i] != "" && longest[i][j] == longest[i+1][k+1]+1 {
				at, j = k+1, k+1
				break
			}
		}
		out[i] = at
	}
	return out
}

// keysOf are the lines of a text up to their first colon, with their indentation.
func keysOf(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		key, _, _ := strings.Cut(line, ":")
		lines[i] = strings.TrimRight(key, " \r")
	}
	return lines
}
