package forge

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// site is what answers for a host.
type site struct {
	handler     http.Handler
	certificate *tls.Certificate
}

// Lead has the proxy lead port 443 of a host, such as argocd.example.org, to the
// handler, over TLS with a certificate that Certificate has signed. Webhooks find it
// there, too. A second call for a host replaces the handler.
func (f *Forge) Lead(host string, handler http.Handler) error {
	if host == "" || host == Host || strings.ContainsAny(host, ":/") {
		return fmt.Errorf("the forge cannot stand for the host %q", host)
	}
	return f.lead(host, handler)
}

func (f *Forge) lead(host string, handler http.Handler) error {
	certificate, err := f.authority.sign(host)
	if err != nil {
		return fmt.Errorf("certificate of %s: %w", host, err)
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.sites[host] = site{handler, certificate}
	return nil
}

// leads reports whether an address, such as github.com:443, is one of the forge's.
func (f *Forge) leads(address string) bool {
	host, ok := strings.CutSuffix(address, ":443")
	f.mutex.Lock()
	defer f.mutex.Unlock()
	_, known := f.sites[host]
	return ok && known
}

// secure shows each client the certificate of the host that it asks for.
func (f *Forge) secure(listener net.Listener) net.Listener {
	return tls.NewListener(listener, &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		if s, ok := f.sites[hello.ServerName]; ok {
			return s.certificate, nil
		}
		return f.sites[Host].certificate, nil
	}})
}

// visit hands a request to the site of its host.
func (f *Forge) visit(answer http.ResponseWriter, request *http.Request) {
	f.mutex.Lock()
	s, ok := f.sites[strings.TrimSuffix(request.Host, ":443")]
	f.mutex.Unlock()
	if !ok {
		http.Error(answer, "unknown host", http.StatusMisdirectedRequest)
		return
	}
	s.handler.ServeHTTP(answer, request)
}

// connect joins a client that asks for a host of the forge with the site.
func (f *Forge) connect(answer http.ResponseWriter, request *http.Request) {
	cut := request.Host == Host+":443" && f.unreachable.Load()
	if request.Method != http.MethodConnect || cut || !f.leads(request.Host) {
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
