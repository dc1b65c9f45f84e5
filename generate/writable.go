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

// folder is one that a program may write to, with its place in the spec.
type folder struct{ at, path string }

// writableFolders are all that the program may write to beside /tmp.
func writableFolders(w schema.Workload) []folder {
	var out []folder
	for i, path := range w.Writable {
		out = append(out, folder{schema.Item(w.At+".writable", i), path})
	}
	for _, v := range w.Volumes {
		out = append(out, folder{schema.Join(w.At+".volumes", v.ID) + ".path", v.Value.Path})
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

// foldersFree refuses writable folders over what the image or the runtime needs.
func foldersFree(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		for _, f := range writableFolders(w.Value) {
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
		own := writableFolders(w.Value)
		all := append([]folder{{path: tmp}}, own...)
		for _, f := range own {
			outer := slices.IndexFunc(all, func(other folder) bool {
				return f.path != other.path && taken(other.path) == "" && inside(f.path, other.path)
			})
			if outer >= 0 {
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: f.at,
					Message: fmt.Sprintf("%s is %q, which lies in %s: that is writable already", f.at, f.path, all[outer].path), Help: "leave it out"})
			}
		}
	}
	return out
}

// inside reports whether a path is a folder or lies in it.
func inside(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}
