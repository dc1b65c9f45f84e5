// Package forge stands in for github.com: bare repositories behind HTTPS and a
// password, at the addresses that the generated files name. A client reaches it
// through a proxy, which leads github.com here and nothing anywhere else.
package forge

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
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

// Forge is a running stand-in.
type Forge struct {
	root        string
	proxy       net.Listener
	site        net.Listener
	certificate []byte
	unreachable atomic.Bool

	mutex sync.Mutex
	looks map[string][]time.Time
}

// Start serves repositories below the folder until Close.
func Start(folder string) (*Forge, error) {
	f := &Forge{root: folder, looks: map[string][]time.Time{}}
	core, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return nil, fmt.Errorf("git --exec-path: %w", err)
	}
	backend := filepath.Join(strings.TrimSpace(string(core)), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		return nil, fmt.Errorf("git is installed without its HTTP backend: %w", err)
	}
	key, err := f.identify()
	if err != nil {
		return nil, err
	}
	if f.site, err = tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{key}}); err != nil {
		return nil, err
	}
	if f.proxy, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	quiet := log.New(io.Discard, "", 0)
	git := &cgi.Handler{
		Path: backend, Logger: quiet, Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + f.root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + f.root},
	}
	go (&http.Server{Handler: f.guarded(git), ErrorLog: quiet}).Serve(f.site)
	go (&http.Server{Handler: http.HandlerFunc(f.connect), ErrorLog: quiet}).Serve(f.proxy)
	return f, nil
}

// Close ends the service; repositories stay.
func (f *Forge) Close() {
	f.proxy.Close()
	f.site.Close()
}

// Proxy is the value of HTTPS_PROXY that leads to the forge.
func (f *Forge) Proxy() string { return "http://" + f.proxy.Addr().String() }

// Certificate is what the forge shows, in PEM.
func (f *Forge) Certificate() []byte { return f.certificate }

// SetReachable lets requests through, or refuses them all.
func (f *Forge) SetReachable(yes bool) { f.unreachable.Store(!yes) }

// Looks are the times at which somebody asked for the branches of a repository,
// such as org/name, to see whether they moved.
func (f *Forge) Looks(repository string) []time.Time {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]time.Time(nil), f.looks[repository]...)
}

// guarded asks for the password and notes who looks at branches.
func (f *Forge) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		if user, password, _ := request.BasicAuth(); user != User || password != Password {
			answer.Header().Set("WWW-Authenticate", "Basic")
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		// Whoever fetches says so with version 2 of the protocol; whoever only looks uses the first.
		if repository, ok := strings.CutSuffix(request.URL.Path, "/info/refs"); ok && request.Header.Get("Git-Protocol") == "" {
			f.mutex.Lock()
			name := strings.TrimSuffix(strings.TrimPrefix(repository, "/"), ".git")
			f.looks[name] = append(f.looks[name], time.Now())
			f.mutex.Unlock()
		}
		next.ServeHTTP(answer, request)
	})
}

// connect joins a client that asks for github.com with the site.
func (f *Forge) connect(answer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodConnect || request.Host != Host+":443" || f.unreachable.Load() {
		http.Error(answer, "unreachable", http.StatusBadGateway)
		return
	}
	site, err := net.Dial("tcp", f.site.Addr().String())
	if err != nil {
		http.Error(answer, "unreachable", http.StatusBadGateway)
		return
	}
	defer site.Close()
	client, buffered, err := answer.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer client.Close()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	go func() {
		io.Copy(site, buffered)
		site.Close()
	}()
	io.Copy(client, site)
}

// identify makes the certificate, valid for a day.
func (f *Forge) identify() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Host}, DNSNames: []string{Host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	f.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
