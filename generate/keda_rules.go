package generate

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/schema"
)

// secretWord are the parameters of triggers that hold a secret. One that ends in FromEnv names a variable.
var secretWord = lazy.Regexp(`(?i)(password|token|secret|apikey|connection|connectionstring|privatekey|accesskey)$`)

// kedaFits refuses what KEDA is not asked for, and what it would be asked wrongly.
func kedaFits(s *schema.Scale, at string) diag.List {
	var out diag.List
	no := func(code diag.Code, path, message, help string) {
		out = append(out, diag.Diagnostic{Code: code, Path: path, Message: message, Help: help})
	}
	if len(s.Keda) == 0 {
		for _, f := range []struct {
			name string
			set  bool
		}{{".poll", s.Poll > 0}, {".cooldown", s.Cooldown > 0}, {".fallback", s.Fallback != nil}} {
			if f.set {
				no(diag.NotApplicable, at+f.name, at+f.name+" does nothing: KEDA alone asks and waits", "leave it out, or write keda")
			}
		}
		if s.Min == 0 {
			out = append(out, noneLeft(at+".min"))
		}
		return out
	}
	if len(s.Metrics) > 0 {
		no(diag.Contradiction, at+".metrics", at+" has both metrics and keda: two autoscalers would set the number of pods", `make a trigger of each, for example {type: "prometheus", metadata: {…}}`)
	}
	for i, t := range s.Keda {
		path := schema.Item(at+".keda", i)
		if slices.Contains([]string{"cpu", "memory"}, t.Type) {
			no(diag.NotApplicable, path+".type", fmt.Sprintf("%s.type is %q, which is a field of its own", path, t.Type), "write "+at+"."+t.Type+": 70")
		}
		if len(t.Metadata) == 0 {
			no(diag.MissingField, path+".metadata", path+".metadata is empty, and KEDA would have nothing to ask for", `name what the trigger counts, as its page of KEDA says, for example metadata: {queueLength: "20"}`)
		}
		for _, name := range sorted(t.Metadata) {
			if secretWord().MatchString(name) {
				no(diag.BadValue, schema.Join(path+".metadata", name), name+" sounds like a secret, and everybody who may read git would have it", `name the key of a Secret: authentication: secrets: `+name+`: {name: "…", key: "…"}`)
			}
		}
	}
	return out
}

// noneLeft refuses to leave no pod where nothing would start one again.
func noneLeft(at string) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.BadValue, Path: at, Message: at + " is 0: what follows the use of pods has nothing to follow without one", Help: "write 1, or keda, which asks something else"}
}
