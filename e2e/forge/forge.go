// Package forge is a stand-in for github.com: bare repositories behind HTTPS and a
// password, at the addresses that the generated files name, GitHub's REST API over
// the same repositories, and webhooks. A client reaches the repositories through a
// proxy, which leads github.com here, other hosts where a test wants them, and
// nothing anywhere else.
package forge

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Host is the name that the forge answers to.
const Host = "github.com"

// User and Password are what a private repository asks for.
const User, Password = "x-access-token", "e2e-password"

// Forge is a running stand-in. It is safe for concurrent use.
type Forge struct {
	root             string
	proxy, site, api net.Listener
	servers          []*http.Server
	authority        authority
	unreachable      atomic.Bool
	mute             atomic.Bool
	deliveries       sync.WaitGroup
	turn             sync.Mutex // whoever changes a pull request has it

	mutex sync.Mutex
	// unsigned says that it signs nothing.
	unsigned bool
	alive    context.Context // until Close
	end      context.CancelFunc
	looks    map[string][]time.Time
	sites    map[string]site    // by host
	records  map[string]*record // by repository
	runs     map[int64]Run
	waits    map[int64][]wait // by run
	last     int64            // the newest id of a push, a hook or a delivery
}

// Start serves repositories below the folder until Close.
func Start(folder string) (*Forge, error) {
	root, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	f := &Forge{
		root: root, looks: map[string][]time.Time{}, sites: map[string]site{},
		records: map[string]*record{}, runs: map[int64]Run{}, waits: map[int64][]wait{},
	}
	core, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return nil, fmt.Errorf("git --exec-path: %w", err)
	}
	backend := filepath.Join(strings.TrimSpace(string(core)), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		return nil, fmt.Errorf("git is installed without its HTTP backend: %w", err)
	}
	if f.authority, err = newAuthority(); err != nil {
		return nil, err
	}
	quiet := log.New(io.Discard, "", 0)
	git := &cgi.Handler{
		Path: backend, Logger: quiet, Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + f.root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + f.root},
	}
	if err := f.lead(Host, f.guarded(git)); err != nil {
		return nil, err
	}
	for _, l := range []*net.Listener{&f.site, &f.proxy, &f.api} {
		if *l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, err
		}
	}
	f.alive, f.end = context.WithCancel(context.Background())
	f.serve(f.secure(f.site), f.visit, quiet)
	f.serve(f.proxy, f.connect, quiet)
	f.serve(f.api, f.routes().ServeHTTP, quiet)
	return f, nil
}

func (f *Forge) serve(on net.Listener, handler http.HandlerFunc, errors *log.Logger) {
	server := &http.Server{Handler: handler, ErrorLog: errors}
	f.servers = append(f.servers, server)
	go server.Serve(on)
}

// Close ends the service and gives up deliveries that have no answer yet;
// repositories stay.
func (f *Forge) Close() {
	f.mutex.Lock()
	f.end()
	f.mutex.Unlock()
	for _, s := range f.servers {
		s.Close()
	}
	f.deliveries.Wait()
}

// Proxy is the value of HTTPS_PROXY that leads to the forge.
func (f *Forge) Proxy() string { return "http://" + f.proxy.Addr().String() }

// Certificate is what a client has to trust, in PEM: it has signed what the forge shows.
func (f *Forge) Certificate() []byte { return f.authority.pem }

// SetReachable lets requests to github.com through, or refuses them all.
func (f *Forge) SetReachable(yes bool) { f.unreachable.Store(!yes) }

// Looks returns the times at which a client listed the branches of a repository,
// such as org/name.
func (f *Forge) Looks(repository string) []time.Time {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]time.Time(nil), f.looks[strings.ToLower(repository)]...)
}

// guarded requires the password and records who lists branches.
func (f *Forge) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if user, password, _ := request.BasicAuth(); user != User || password != Password {
			answer.Header().Set("WWW-Authenticate", "Basic")
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		// GitHub takes both names of a repository, in any case, and git's backend that of the folder.
		request.URL.Path = strings.ToLower(strings.Replace(request.URL.Path, ".git/", "/", 1))
		// A client that fetches uses version 2 of the protocol; one that only lists
		// branches uses the first.
		if repository, ok := strings.CutSuffix(request.URL.Path, "/info/refs"); ok && request.Header.Get("Git-Protocol") == "" {
			f.mutex.Lock()
			name := strings.TrimPrefix(repository, "/")
			f.looks[name] = append(f.looks[name], time.Now())
			f.mutex.Unlock()
		}
		next.ServeHTTP(answer, request)
	})
}
