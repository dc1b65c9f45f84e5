package pipeline

import "strings"

// Image is the argument of "kustomize edit set image": which image gets which new name, tag and digest. A part that was
// left out is "".
type Image struct{ Name, NewName, Tag, Digest string }

// ParseImage reads NAME=NEWNAME:TAG@DIGEST, where everything but the name may be left out, so that it also reads the
// plain reference of an image.
func ParseImage(arg string) Image {
	var i Image
	name, ref, renamed := strings.Cut(arg, "=")
	if !renamed {
		ref = arg
	}
	ref, i.Digest, _ = strings.Cut(ref, "@")
	// A colon before the last slash belongs to the registry's port.
	if at := strings.LastIndex(ref, ":"); at > strings.LastIndex(ref, "/") {
		ref, i.Tag = ref[:at], ref[at+1:]
	}
	i.Name, i.NewName = name, ref
	if !renamed {
		i.Name, i.NewName = ref, ""
	}
	return i
}

// Reference is the new name with tag and digest, as a container names its image.
func (i Image) Reference() string {
	r := i.NewName
	if i.Tag != "" {
		r += ":" + i.Tag
	}
	if i.Digest != "" {
		r += "@" + i.Digest
	}
	return r
}

// Attribute is a value of one of buildx's lists, such as type=image,name=x,push=true; "" where the list has none of
// that name.
func Attribute(list, name string) string {
	for _, f := range strings.Split(list, ",") {
		if k, v, ok := strings.Cut(strings.TrimSpace(f), "="); ok && k == name {
			return v
		}
	}
	return ""
}
