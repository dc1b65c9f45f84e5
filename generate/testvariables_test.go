package generate

import "testing"

// TestReachesInTests: variables that change the programs of every job are refused, and those that only other jobs of
// pipegen's read are allowed.
func TestReachesInTests(t *testing.T) {
	for name, refused := range map[string]bool{
		"PATH": true, "BASH_ENV": true, "LD_PRELOAD": true, "GIT_DIR": true, "NODE_OPTIONS": true,
		"DATABASE_URL": false, "TZ": false, "PORT": false, "ENVIRONMENT": false, "DOCKER_HOST": false, "GITEA_URL": false, "LDAP_URL": false, "RUSTFLAGS": false, "RUBYOPT": false,
	} {
		if why := reachesInTests(name); (why != "") != refused {
			t.Errorf("%s: %q", name, why)
		}
	}
}
