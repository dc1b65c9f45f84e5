package standins

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inputs are an action's, as the workflow and the defaults of its action.yml
// give them.
type inputs map[string]string

// actions are the stand-ins by name, with the inputs that they understand: the inputs of the real action whose effect
// is imitated or can be ignored here.
var actions = map[string]struct {
	run    func(World, inputs) error
	inputs string
}{
	"actions/checkout":                      {checkout, "repository ref token path fetch-depth filter sparse-checkout sparse-checkout-cone-mode persist-credentials ssh-key"},
	"actions/setup-python":                  {setupPython, "python-version cache cache-dependency-path"},
	"actions/setup-go":                      {setupGo, "go-version go-version-file cache cache-dependency-path"},
	"actions/setup-node":                    {setupNode, "node-version node-version-file cache cache-dependency-path package-manager-cache"},
	"actions/setup-java":                    {setupJava, "distribution java-version java-version-file server-id server-username server-password cache cache-dependency-path"},
	"gradle/actions/setup-gradle":           {onlyRecord, "cache-provider cache-disabled"},
	"pnpm/action-setup":                     {setupPnpm, "version package_json_file"},
	"ruby/setup-ruby":                       {setupRuby, "ruby-version working-directory bundler-cache"},
	"shivammathur/setup-php":                {setupPHP, "php-version php-version-file coverage"},
	"Swatinem/rust-cache":                   {onlyRecord, "workspaces"},
	"actions/cache":                         {onlyRecord, "path key restore-keys"},
	"actions/upload-artifact":               {upload, "name path if-no-files-found retention-days"},
	"actions/download-artifact":             {download, "pattern path merge-multiple"},
	"actions/create-github-app-token":       {appToken, "client-id private-key owner repositories permission-contents permission-pull-requests"},
	"actions/attest":                        {attest, "subject-name subject-digest push-to-registry"},
	"aws-actions/configure-aws-credentials": {takeRole, "aws-region role-to-assume allowed-account-ids"},
	"google-github-actions/auth":            {googleToken, "workload_identity_provider service_account token_format create_credentials_file"},
	"docker/setup-buildx-action":            {onlyRecord, "driver-opts"},
	"docker/login-action":                   {login, "registry username password"},
	"docker/build-push-action": {buildAndPush,
		"context file build-args secret-envs ssh platforms labels load push tags outputs provenance sbom cache-from cache-to"},
}

// action runs the stand-in for the action named by the first argument; its
// inputs are JSON in the variable WITH.
func action(w World, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one action wanted, have %q", args)
	}
	found, ok := actions[args[0]]
	if !ok {
		return fmt.Errorf("no stand-in for the action %s", args[0])
	}
	var with inputs
	if err := json.Unmarshal([]byte(os.Getenv("WITH")), &with); err != nil {
		return fmt.Errorf("the inputs of %s: %w", args[0], err)
	}
	for key, value := range with {
		if value != "" && !slices.Contains(strings.Fields(found.inputs), key) {
			return fmt.Errorf("%s: the input %s is not imitated", args[0], key)
		}
	}
	if err := w.record(Call{Name: args[0], Inputs: with}); err != nil {
		return err
	}
	err := found.run(w, with)
	if err != nil {
		// As the toolkit does: a failure of an action is shown beside its job.
		fmt.Printf("::error::%v\n", err)
	}
	return err
}

func setOutput(name, value string) error {
	file, err := os.OpenFile(os.Getenv("GITHUB_OUTPUT"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s=%s\n", name, value)
	return errors.Join(err, file.Close())
}

func onlyRecord(World, inputs) error { return nil }

// role is the file that says that a machine has taken on a role.
func (w World) role() string { return filepath.Join(w.machine(), "role") }

// takeRole refuses a role of an account that is not allowed.
func takeRole(w World, in inputs) error {
	account, _, _ := strings.Cut(strings.TrimPrefix(in["role-to-assume"], "arn:aws:iam::"), ":")
	if account != in["allowed-account-ids"] || !strings.Contains(w.host(), account+".dkr.ecr."+in["aws-region"]+".") {
		return fmt.Errorf("the account %s in %s is not that of %s", account, in["aws-region"], w.host())
	}
	return writeJSON(w.role(), in["role-to-assume"])
}

// googleToken hands out what the registry takes, and leaves no file behind if it is asked not to.
func googleToken(w World, in inputs) error {
	if in["token_format"] != "access_token" || in["service_account"] == "" {
		return errors.New("not imitated: another token than an access token of a service account")
	}
	if in["create_credentials_file"] != "false" {
		if err := os.WriteFile("gha-creds-0123456789abcdef.json", []byte(w.Password), 0o600); err != nil {
			return err
		}
	}
	return setOutput("access_token", w.Password)
}

// appToken is the token of an App for one repository. Here its private key is one as well.
func appToken(_ World, in inputs) error {
	if in["client-id"] == "" || in["private-key"] == "" || in["owner"] == "" || in["repositories"] == "" {
		return errors.New("not imitated: a token of an App without its id, its key and a repository")
	}
	return errors.Join(setOutput("token", in["private-key"]), setOutput("app-slug", "deployer"))
}

// login asks the registry, if it wants an account, as docker login does.
func login(w World, in inputs) error {
	if in["username"] == "" && in["password"] == "" && strings.Contains(w.host(), ".dkr.ecr.") {
		// The real one asks AWS, with the credential of the role.
		if _, err := os.Stat(w.role()); err != nil {
			return errors.New("Could not load credentials from any providers")
		}
		in["username"], in["password"] = w.User, w.Password
	}
	if in["registry"] != w.host() || in["username"] == "" || in["password"] == "" {
		return fmt.Errorf("cannot log in to %q as %q", in["registry"], in["username"])
	}
	if w.Password != "" {
		request, err := http.NewRequest(http.MethodGet, "http://"+w.Registry+"/v2/", nil)
		if err != nil {
			return err
		}
		request.SetBasicAuth(in["username"], in["password"])
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if answer.Body.Close(); answer.StatusCode != http.StatusOK {
			return fmt.Errorf("Error response from daemon: login attempt to https://%s/v2/ failed with status: %s", w.host(), answer.Status)
		}
	}
	return writeJSON(w.credential(), account{in["username"], in["password"]})
}
