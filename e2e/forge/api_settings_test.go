package forge_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pipegen/pipegen/e2e/forge"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func TestNamesOfSecretsAndVariables(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	var many []string
	for i := range 65 {
		many = append(many, fmt.Sprint("NAME_", i))
	}
	f.SetStored("org/app", "pro/d", "secrets", "key", "OTHER")
	f.SetStored("org/app", "", "variables", many...)
	api := hub(f, forge.APIToken)
	for _, x := range []struct {
		environment string
		list        string
		want        []string
	}{
		{"pro/d", "secrets", []string{"KEY", "OTHER"}}, {"pro/d", "variables", nil},
		{"", "secrets", nil}, {"", "variables", many},
	} {
		list := api.Secrets
		if x.list == "variables" {
			list = api.Variables
		}
		if got, err := list(t.Context(), "org/app", x.environment); err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s of %q: %v, %v", x.list, x.environment, got, err)
		}
	}
	if _, err := api.Secrets(t.Context(), "org/app", "staging"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}

func TestSettingsOfARepository(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "trunk"))
	api := hub(f, forge.APIToken)
	if r, err := api.Repository(t.Context(), "org/app"); err != nil || r.URL != "https://github.com/org/app" || r.Archived || r.Disabled {
		t.Errorf("%+v, %v", r, err)
	}
	got := answer[map[string]any](t, f, "org/app")
	if got["default_branch"] != "trunk" || got["private"] != true || got["full_name"] != "org/app" || got["pushed_at"] != got["created_at"] {
		t.Errorf("%v", got)
	}
	if p, err := api.Policy(t.Context(), "org/app"); err != nil || !p.Enabled || p.Allowed != "all" {
		t.Errorf("%+v, %v", p, err)
	}
	f.SetPolicy("org/app", false)
	if p, err := api.Policy(t.Context(), "org/app"); err != nil || p.Enabled || p.Allowed != "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAttestationsAreCounted(t *testing.T) {
	f := start(t)
	check(t, f.Init(t.Context(), "org/app", "main"))
	api := hub(f, forge.ReaderToken)
	for want := range 3 {
		if n, err := api.Attestations(t.Context(), "org/app", "sha256:1"); err != nil || n != want {
			t.Errorf("%d, %v", n, err)
		}
		f.Attest("org/app", "sha256:1")
	}
}
