package schema

import "github.com/pipegen/pipegen/internal/diag"

// logins checks that each login says in one way, and in full, who logs in.
func (s Spec) logins(pick func(path, names string, set ...bool)) diag.List {
	var out diag.List
	both := func(at, a, valueOfA, b, valueOfB string) bool {
		missing, other := a, b
		if valueOfB == "" {
			missing, other = b, a
		}
		if (valueOfA == "") != (valueOfB == "") {
			out = append(out, diag.Diagnostic{Code: diag.MissingField, Path: join(at, missing), Message: join(at, missing) + " is missing; it goes with " + other})
		}
		return valueOfA+valueOfB != ""
	}
	for _, r := range s.Registries {
		host := join("registries", r.ID)
		if reader := r.Value.Reader; reader != nil {
			pick(host+".reader", "token and password", reader.Token, both(host+".reader", "user", reader.User, "password", reader.Password))
		} else if r.Value.Login == nil {
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: host, Message: host + " needs one of login and reader, and has none"})
		}
		if r.Value.Login == nil {
			continue
		}
		at, l := host+".login", r.Value.Login
		pick(at, "password, aws, google and azure", both(at, "user", l.User, "password", l.Password), l.AWS != nil, l.Google != nil, l.Azure != nil)
		if a := l.AWS; a != nil {
			pick(at+".aws", "role and key", a.Role != "", both(at+".aws", "keyID", a.KeyID, "key", a.Key))
		}
		if g := l.Google; g != nil {
			pick(at+".google", "provider and key", both(at+".google", "provider", g.Provider, "serviceAccount", g.ServiceAccount), g.Key != "")
		}
	}
	return out
}
