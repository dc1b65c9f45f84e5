package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// tmp is writable in every pod.
const tmp = "/tmp"

// folder is one that is mounted, with its place in the spec. A kept one is no empty folder: it has what is elsewhere, and
// may be read-only.
type folder struct {
	at, path       string
	kept, readOnly bool
}

// foldersOf are all that are mounted beside /tmp.
func foldersOf(w schema.Workload) []folder {
	var out []folder
	for i, path := range w.Writable {
		out = append(out, folder{at: schema.Item(w.At+".writable", i), path: path})
	}
	for _, named := range w.Volumes {
		v := named.Value
		out = append(out, folder{schema.Join(w.At+".volumes", named.ID) + ".path", v.Path, v.Size == "", v.ReadOnly || v.Secret != "" || v.ConfigMap != ""})
	}
	return out
}

// ofRuntime are the trees that the container runtime mounts: it refuses a volume over
// some of them, and a container does not start without the others.
var ofRuntime = []string{"/proc", "/sys", "/dev"}

// ofKubelet are files that the kubelet mounts.
var ofKubelet = []string{"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}

// ofImage are folders that no image works without: an empty one would hide its accounts
// and certificates, its programs or its libraries.
var ofImage = []string{"/etc", "/bin", "/sbin", "/lib", "/lib64", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64"}

// foldersFree refuses folders over what the image or the runtime needs.
func foldersFree(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		for _, f := range foldersOf(w.Value) {
			if why := taken(f.path); why != "" {
				out = append(out, diag.Diagnostic{Code: diag.BadValue, Rule: "X21", Path: f.at,
					Message: fmt.Sprintf("%s is %q: %s", f.at, f.path, why),
					Help:    `name the folder that the program itself writes to, such as "/var/cache/app"`})
			}
		}
	}
	return out
}

// taken says why a folder cannot be the program's own, or "".
func taken(folder string) string {
	owner := slices.IndexFunc(ofRuntime, func(tree string) bool { return inside(folder, tree) })
	switch {
	case owner >= 0:
		return ofRuntime[owner] + " is the container runtime's, and no volume may take its place"
	case slices.Contains(ofKubelet, folder):
		return "the kubelet writes this file, and it is no folder"
	case slices.Contains(ofImage, folder):
		return "an empty folder there would hide what the image needs to run"
	}
	return ""
}

// foldersApart refuses a folder inside another, which is writable with it: it depends on the runtime which of the two
// is mounted over the other.
func foldersApart(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		own := foldersOf(w.Value)
		all := append([]folder{{path: tmp}}, own...)
		for i, f := range own {
			if slices.ContainsFunc(own[:i], func(other folder) bool { return other.path == f.path }) && strings.HasSuffix(f.at, ".path") {
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: f.at,
					Message: fmt.Sprintf("%s is %q, at which another folder is, and a container has one volume at a path", f.at, f.path), Help: "keep one"})
			}
			outer := slices.IndexFunc(all, func(other folder) bool {
				return f.path != other.path && taken(other.path) == "" && inside(f.path, other.path)
			})
			if outer >= 0 {
				why, help := "that is writable already", "leave it out"
				if f.kept || all[outer].kept {
					why, help = "which of the two is mounted over the other depends on the runtime", "take a path that is not in the other"
				}
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: f.at,
					Message: fmt.Sprintf("%s is %q, which lies in %s: %s", f.at, f.path, all[outer].path, why), Help: help})
			}
		}
	}
	return out
}

// inside reports whether a path is a folder or lies in it.
func inside(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}
