package stack

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"sigs.k8s.io/yaml"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// account is one that may look and nothing else, as docs/verify.md has an operator
// make it.
const account = "pipegen"

//go:embed account.yaml
var accountConfiguration []byte

// grantReading gives Argo CD that account.
func (s *Stack) grantReading(ctx context.Context) error {
	objects, err := kube.Parse(accountConfiguration)
	if err != nil {
		return err
	}
	for _, o := range objects {
		var config struct {
			Data map[string]string `json:"data"`
		}
		if err := yaml.Unmarshal(o.YAML, &config); err != nil {
			return err
		}
		o.Namespace = s.namespace
		if err := s.Kube.Merge(ctx, o.Ref, "", config); err != nil {
			return err
		}
	}
	return nil
}

// Server is the address of Argo CD's API.
func (s *Stack) Server() string { return "http://" + local(s.ports.server) }

// ReadingToken is a credential of the account that may look and nothing else.
func (s *Stack) ReadingToken(ctx context.Context) (string, error) {
	var secret struct{ Data struct{ Password string } }
	if err := s.Kube.Get(ctx, kube.Named("v1", "Secret", s.namespace, "argocd-initial-admin-secret"), &secret); err != nil {
		return "", err
	}
	password, err := base64.StdEncoding.DecodeString(secret.Data.Password)
	if err != nil {
		return "", err
	}
	session, err := s.token(ctx, "/api/v1/session", "", map[string]any{"username": "admin", "password": string(password)})
	if err != nil {
		return "", err
	}
	return s.token(ctx, "/api/v1/account/"+account+"/token", session, map[string]any{"name": account})
}

// token asks Argo CD for one.
func (s *Stack) token(ctx context.Context, path, bearer string, body map[string]any) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Server()+path, bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var given struct{ Token string }
	if err := json.Unmarshal(answer, &given); err != nil || given.Token == "" {
		return "", fmt.Errorf("%s: %s: %s", path, response.Status, answer)
	}
	return given.Token, nil
}
