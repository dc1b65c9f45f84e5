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

// TestReachesIn: variables that tell the programs of other jobs where their settings or roots of trust are, are refused.
func TestReachesIn(t *testing.T) {
	for name, refused := range map[string]bool{
		"CURL_HOME": true, "HELM_PLUGINS": true, "TUF_ROOT": true, "XDG_CONFIG_HOME": true, "TRIVY_SEVERITY": true,
		"XDG_CACHE_HOME": false, "HTTPS_PROXY": false, "SOURCE_DATE_EPOCH": false,
	} {
		if why := reachesIn(name); (why != "") != refused {
			t.Errorf("%s: %q", name, why)
		}
	}
}
