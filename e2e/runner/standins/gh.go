package standins

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// errNotImitated is a call that the real gh may know, and this one does not.
var errNotImitated = errors.New("not imitated")

// gh knows the calls of the scripts. All of them need a token, as those of the real one
// do; all but `gh auth setup-git` ask the world's API.
func gh(w World, args []string) error {
	token := os.Getenv("GH_TOKEN")
	if err := w.record(Call{Name: "gh", Args: args, Inputs: map[string]string{"GH_TOKEN": token}}); err != nil {
		return err
	}
	if token == "" {
		return errors.New("set the GH_TOKEN environment variable")
	}
	a := hub{w, token}
	called := strings.Join(args, " ")
	err := errNotImitated
	switch {
	case called == "auth setup-git":
		err = nil
	case strings.HasPrefix(called, "attestation verify "):
		err = w.verify(args[2:])
	case strings.HasPrefix(called, "api "):
		err = a.api(args[1:])
	case strings.HasPrefix(called, "pr view "):
		err = a.viewPull(args[2:])
	case strings.HasPrefix(called, "pr create "):
		err = a.createPull(args[2:])
	case strings.HasPrefix(called, "pr merge "):
		err = a.mergePull(args[2:])
	}
	if errors.Is(err, errNotImitated) {
		return fmt.Errorf("%w: gh %s", err, called)
	}
	return err
}

// options reads flags and words in any order. A flag that is not known, one of the wanted
// that is missing, and another number of words are not imitated.
func options(flags *flag.FlagSet, args []string, words int, wanted ...string) ([]string, error) {
	var found []string
	for {
		rest, err := parse(flags, args, 0)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNotImitated, err)
		}
		if len(rest) == 0 {
			break
		}
		found, args = append(found, rest[0]), rest[1:]
	}
	for _, name := range wanted {
		if value := flags.Lookup(name).Value.String(); value == "" || value == "false" {
			return nil, errNotImitated
		}
	}
	if len(found) != words {
		return nil, errNotImitated
	}
	return found, nil
}

// hub is GitHub's API with a token.
type hub struct {
	World
	token string
}

// api sends one request: GET, unless a method is named, with the fields as its body.
func (h hub) api(args []string) error {
	flags := flag.NewFlagSet("gh api", flag.ContinueOnError)
	method := flags.String("method", http.MethodGet, "")
	query := flags.String("jq", "", "")
	silent := flags.Bool("silent", false, "")
	input := flags.String("input", "", "")
	flags.Bool("paginate", false, "") // of one page, all that there is here
	fields := map[string]any{}
	flags.Func("raw-field", "", func(field string) error {
		key, value, ok := strings.Cut(field, "=")
		if !ok {
			return fmt.Errorf("field %q requires a value separated by an '=' sign", field)
		}
		if list, of := strings.CutSuffix(key, "[]"); of {
			before, _ := fields[list].([]string)
			fields[list] = append(before, value)
			return nil
		}
		fields[key] = value
		return nil
	})
	words, err := options(flags, args, 1)
	if err != nil {
		return err
	}
	// With fields, the real one turns GET into POST by itself; without --jq, it prints all of
	// the answer.
	if (*query == "") != *silent || len(fields) > 0 && *method == http.MethodGet {
		return errNotImitated
	}
	var body any
	if len(fields) > 0 {
		body = fields
	}
	if *input == "-" {
		// The real one turns GET into POST by itself.
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return err
		}
		*method, body = http.MethodPost, json.RawMessage(text)
	} else if *input != "" {
		return errNotImitated
	}
	answer, err := h.ask(*method, words[0], body)
	if err != nil || *silent {
		return err
	}
	var said struct{ Errors []struct{ Message string } }
	if words[0] == "graphql" && json.Unmarshal(answer, &said) == nil && len(said.Errors) > 0 {
		return fmt.Errorf("gh: %s", said.Errors[0].Message)
	}
	return jq(*query, answer)
}

// jq prints what a query makes of a text.
func jq(query string, text []byte) error {
	command := exec.Command("jq", "--raw-output", query)
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(text), os.Stdout, os.Stderr
	return command.Run()
}

// ask sends a request to the API, or reads the answer from a file under Root/api if the world has no API. body may be
// nil.
func (h hub) ask(method, path string, body any) ([]byte, error) {
	if h.API == "" {
		file, _, _ := strings.Cut(path, "?")
		answer, err := os.ReadFile(filepath.Join(h.root, "api", filepath.FromSlash(file)+".json"))
		if err != nil || method != http.MethodGet {
			return nil, fmt.Errorf("HTTP 404: Not Found (%s)", path)
		}
		return answer, nil
	}
	var text io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, h.API+"/"+path, text)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+h.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("HTTP %d: %s (%s)", response.StatusCode, refused(response, answer), path)
	}
	return answer, err
}

// refused is why GitHub refused a request, in its own words if there are any.
func refused(response *http.Response, answer []byte) string {
	var said struct {
		Message string
		Errors  []struct{ Message string }
	}
	if json.Unmarshal(answer, &said) != nil || said.Message == "" {
		return http.StatusText(response.StatusCode)
	}
	for _, e := range said.Errors {
		if e.Message != "" {
			said.Message += ": " + e.Message
		}
	}
	return said.Message
}
