package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/schema"
)

// mostOfConfigMap is what the API server takes in a ConfigMap, in bytes.
const mostOfConfigMap = 1 << 20

// filesFit refuses files where none can be, and texts that cannot be in a ConfigMap, or should not be.
func filesFit(s input) diag.List {
	var out diag.List
	for _, w := range s.Workloads {
		out = append(out, filesPlaced(w.Value)...)
		size := 0
		for _, at := range sorted(w.Value.Files) {
			if text := w.Value.Files[at].Content; text != nil {
				size += len(*text)
				out = append(out, secretIn(schema.Join(w.Value.At+".files", at)+".content", *text, secretFile)...)
			}
		}
		out = append(out, tooMuch(w.Value.At+".files", size)...)
		for _, e := range s.Environments {
			out = append(out, filesDiffer(w.Value, e.Value.Difference(w.ID), size)...)
		}
	}
	return out
}

// filesPlaced refuses a file over a folder that something needs, over another mount, or over a folder in which one is.
func filesPlaced(w schema.Workload) diag.List {
	var out diag.List
	folders := append([]folder{{path: tmp}}, foldersOf(w)...)
	for _, path := range sorted(w.Files) {
		at := schema.Join(w.At+".files", path)
		no := func(code diag.Code, why string) {
			out = append(out, diag.Diagnostic{Code: code, Rule: "X21", Path: at, Message: fmt.Sprintf("%s cannot be a file: %s", at, why),
				Help: `name the file that the program reads, such as "/etc/shop/app.yaml"`})
		}
		same := slices.IndexFunc(folders, func(f folder) bool { return f.path == path })
		below := slices.IndexFunc(folders, func(f folder) bool { return inside(f.path, path) })
		in := slices.IndexFunc(folders, func(f folder) bool { return f.readOnly && inside(path, f.path) })
		file := slices.IndexFunc(sorted(w.Files), func(other string) bool { return other != path && inside(other, path) })
		switch why := taken(path); {
		case slices.Contains(ofKubelet, path):
			no(diag.BadValue, "the kubelet writes it")
		case slices.Contains(ofImage, path):
			no(diag.BadValue, "it is a folder, in which the image has what it needs to run")
		case why != "":
			no(diag.BadValue, why)
		case same >= 0:
			no(diag.Duplicate, folders[same].at+" is a folder there")
		case in >= 0:
			no(diag.BadValue, fmt.Sprintf("it is in %s, which is read-only, so that nothing can be mounted in it", folders[in].path))
		case below >= 0:
			no(diag.BadValue, fmt.Sprintf("it is a folder, in which the folder %s is", folders[below].path))
		case file >= 0:
			no(diag.BadValue, fmt.Sprintf("it is a folder, in which the file %s is", sorted(w.Files)[file]))
		}
	}
	return out
}

// filesDiffer refuses what an environment cannot say of files. Size is that of the texts of the workload.
func filesDiffer(w schema.Workload, d schema.Difference, size int) diag.List {
	var out diag.List
	for _, path := range sorted(d.Files) {
		at, text := schema.Join(d.At+".files", path), d.Files[path].Content
		of := w.Files[path].Content
		if of == nil {
			var known []string
			for _, other := range sorted(w.Files) {
				if w.Files[other].Content != nil {
					known = append(known, other)
				}
			}
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: at,
				Message: fmt.Sprintf("%s: %s.files has no such file with a content%s", at, w.At, diag.Meant(path, known)),
				Help:    "an environment changes the text of a file; write the file into " + w.At + ".files"})
			continue
		}
		size += len(text) - len(*of)
		out = append(out, secretIn(at+".content", text, secretFile)...)
	}
	if len(out) == 0 && len(d.Files) > 0 {
		return tooMuch(d.At+".files", size)
	}
	return out
}

func tooMuch(at string, size int) diag.List {
	if size <= mostOfConfigMap {
		return nil
	}
	return diag.List{{Code: diag.TooLarge, Path: at,
		Message: fmt.Sprintf("%s has %d bytes in all, and a ConfigMap holds %d at the most", at, size, mostOfConfigMap),
		Help:    "put the large files into the image"}}
}
