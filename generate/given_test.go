package generate

import "testing"

// TestSoundsSecret: names of what is secret are refused as build arguments, and names of what is near it are not.
func TestSoundsSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"NPM_TOKEN": true, "token": true, "DB_PASSWORD": true, "GITHUB_PAT": true, "API_KEY": true, "aws_secret_access_key": true, "SENTRY_AUTH_TOKEN": true,
		"PUBLIC_KEY": false, "CACHE_KEY": false, "VITE_API_KEY": false, "NEXT_PUBLIC_STRIPE_KEY": false, "REACT_APP_TOKEN": false, "TOKEN_URL": false,
		"SECRET_NAME": false, "PASSWORD_POLICY": false, "KEY": false, "MONKEY": false, "VERSION": false, "PATH": false, "COMPASS": false, "PRIMARY_KEY": false,
	} {
		if soundsSecret(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
