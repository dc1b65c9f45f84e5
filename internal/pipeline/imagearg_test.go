package pipeline

import "testing"

func TestParseImage(t *testing.T) {
	for _, c := range []struct {
		arg       string
		want      Image
		reference string
	}{
		{"app=ghcr.io/acme/app:main-1@sha256:ab", Image{"app", "ghcr.io/acme/app", "main-1", "sha256:ab"}, "ghcr.io/acme/app:main-1@sha256:ab"},
		{"app=ghcr.io/acme/app:1", Image{"app", "ghcr.io/acme/app", "1", ""}, "ghcr.io/acme/app:1"},
		{"app=ghcr.io/acme/app@sha256:ab", Image{"app", "ghcr.io/acme/app", "", "sha256:ab"}, "ghcr.io/acme/app@sha256:ab"},
		{"app=localhost:5000/app", Image{"app", "localhost:5000/app", "", ""}, "localhost:5000/app"},
		{"localhost:5000/app:1", Image{"localhost:5000/app", "", "1", ""}, ":1"},
		{"app", Image{"app", "", "", ""}, ""},
		{"app@sha256:ab", Image{"app", "", "", "sha256:ab"}, "@sha256:ab"},
		{"", Image{}, ""},
	} {
		got := ParseImage(c.arg)
		if got != c.want {
			t.Errorf("%q: %+v, want %+v", c.arg, got, c.want)
		}
		if got.Reference() != c.reference {
			t.Errorf("%q: reference %q, want %q", c.arg, got.Reference(), c.reference)
		}
	}
}

func TestAttribute(t *testing.T) {
	const list = "type=image, name=ghcr.io/acme/app,push-by-digest=true,push=true"
	for name, want := range map[string]string{"name": "ghcr.io/acme/app", "push": "true", "type": "image", "scope": "", "": ""} {
		if got := Attribute(list, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
