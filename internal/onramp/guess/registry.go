package guess

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// Names of settings of the registry.
const (
	// RegistryHost is the registry that images are pushed to, where it is not GHCR.
	RegistryHost = "registry"
	// PushedName is the name of the image there.
	PushedName = "pushedName"
	// Unread says of a registry that it is left out.
	Unread = "unread"
)

// Registry takes the registry that workflows push to already, and returns the fragment of the login to it, "" for none. What
// cannot be taken over is said beside.
func Registry(f detect.Project, s draft.Settings) (fragment string) {
	r := f.Registry
	switch {
	case r == nil:
		return ""
	case r.Image != "" && draft.ImagePath(r.Image) == r.Image:
		s[PushedName] = draft.Setting{Value: r.Image}
	case inGoogle(r.Host):
		return LeaveRegistry(f, s)
	}
	if r.Host == detect.GHCR {
		return ""
	}
	if r.Login == nil {
		return LeaveRegistry(f, s)
	}
	s[RegistryHost] = draft.Setting{Value: r.Host}
	s["registryAt"] = draft.Setting{Value: r.Login.At.String()}
	for name, value := range r.Login.Fields {
		s["login"+strings.ToUpper(name[:1])+name[1:]] = draft.Setting{Value: value}
	}
	if r.Login.User.OK() {
		s["loginUser"] = s["loginUser"].Noted("the user is no configuration variable today: store it as this one")
	}
	if r.Login.Cloud != "" {
		return "registry-" + r.Login.Cloud
	}
	return "registry"
}

func inGoogle(host string) bool { return strings.HasSuffix(host, ".pkg.dev") }

// LeaveRegistry leaves the image at GHCR, and says so.
func LeaveRegistry(f detect.Project, s draft.Settings) (fragment string) {
	for name := range s {
		if name == RegistryHost || name == PushedName || name == "registryAt" || strings.HasPrefix(name, "login") {
			delete(s, name)
		}
	}
	where := "another registry"
	if f.Registry.Host != "" {
		where = f.Registry.Host
	}
	s[Unread] = draft.Setting{Value: fmt.Sprintf("Images go to %s today (%s).", where, f.Registry.At), Note: "the login to it could not be read: write image.registry and registries, or leave it at ghcr.io"}
	return ""
}
