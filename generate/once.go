package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

func platformsOnce(s input) diag.List {
	var out diag.List
	for _, i := range s.Images {
		out = append(out, eachOnce(i.Value.At+".platforms", i.Value.Platforms, "")...)
	}
	return out
}

// foldersOnce: the API server refuses a container that mounts two volumes at one path.
func foldersOnce(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		out = append(out, eachOnce(w.Value.At+".writable", w.Value.Writable, ", and a container has one volume at a path")...)
	}
	return out
}

func eachOnce(at string, values []string, why string) diag.List {
	var out diag.List
	for i, v := range values {
		if slices.Contains(values[:i], v) {
			item := schema.Item(at, i)
			out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: item, Message: fmt.Sprintf("%s is %s a second time%s", item, v, why), Help: "keep one"})
		}
	}
	return out
}

// portsOnce: the containers of a job share the ports of its runner, and the second one
// at a port does not start.
func portsOnce(s input) diag.List {
	var out diag.List
	for _, t := range s.Tests {
		out = append(out, portsOf(t.Value.At+".services", t.Value.Services)...)
	}
	for _, j := range s.Workflow.ExtraJobs {
		out = append(out, portsOf(pathOfJob(j.ID)+".services", j.Value.Services)...)
	}
	return out
}

func portsOf(at string, services map[string]schema.Service) diag.List {
	var out diag.List
	first := map[int]string{}
	for _, name := range sorted(services) {
		for i, port := range services[name].Ports {
			item := schema.Item(schema.Join(at, name)+".ports", i)
			other, taken := first[port]
			switch {
			case !taken:
				first[port] = name
			case other == name:
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: item, Message: fmt.Sprintf("%s is %d a second time", item, port), Help: "keep one"})
			default:
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: item,
					Message: fmt.Sprintf("%s is %d, the port of the service %s: both are published on the runner, where a port has one container", item, port, other),
					Help:    "let one of the two listen on another port, or leave ports out where no test needs it"})
			}
		}
	}
	return out
}
