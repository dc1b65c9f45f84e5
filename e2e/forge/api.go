package forge

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	// APIToken may do all.
	APIToken = "e2e-api-token"
	// ReaderToken may read contents, actions and attestations.
	ReaderToken = "e2e-reader-token"
)

// API is the address of the REST API, without a slash at its end.
func (f *Forge) API() string { return "http://" + f.api.Addr().String() }

// SetAPIReachable lets the API answer, or has it say 503 to everything. Pushes are
// noticed all the same.
func (f *Forge) SetAPIReachable(yes bool) { f.mute.Store(!yes) }

// question is an authorized request about a repository.
type question struct {
	*http.Request
	bare
	header http.Header // of the answer
}

// route is a question that the API answers; its path lies below that of the repository.
type route struct {
	method, path string
	// reading is set where the right to read contents, actions or attestations will do.
	reading bool
	answer  func(question) (any, error)
}

// raw is an answer that is no JSON, created one that made something.
type (
	raw     []byte
	created struct{ body any }
)

// refusal is a question that gets no answer, with GitHub's words.
type refusal struct {
	status  int
	message string
	errors  []any
}

func (r *refusal) Error() string { return r.message }

func notFound() error { return &refusal{status: http.StatusNotFound, message: "Not Found"} }

func unparsed() error {
	return &refusal{status: http.StatusBadRequest, message: "Problems parsing JSON"}
}

// below is the path of a repository.
const below = "/repos/{owner}/{name}"

func (f *Forge) endpoints() []route {
	return slices.Concat(f.gitRoutes(), f.actionsRoutes(), f.settingsRoutes(), f.pullRoutes())
}

func (f *Forge) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /_received", f.received)
	mux.HandleFunc("GET /_arriving", f.arriving)
	mux.HandleFunc("POST /graphql", func(out http.ResponseWriter, in *http.Request) {
		body, err := f.graphQL(in)
		send(out, body, err)
	})
	for _, r := range f.endpoints() {
		mux.HandleFunc(r.method+" "+below+r.path, func(out http.ResponseWriter, in *http.Request) { f.reply(out, in, r) })
	}
	// GitHub Enterprise Server, and what speaks to it as go-github does, has this before each path.
	mux.Handle("/api/v3/", http.StripPrefix("/api/v3", mux))
	nowhere := route{answer: func(question) (any, error) { return nil, notFound() }}
	mux.HandleFunc("/", func(out http.ResponseWriter, in *http.Request) { f.reply(out, in, nowhere) })
	return mux
}

func (f *Forge) reply(out http.ResponseWriter, in *http.Request, r route) {
	body, err := f.answer(out.Header(), in, r)
	send(out, body, err)
}

func send(out http.ResponseWriter, body any, err error) {
	status := http.StatusOK
	if made, ok := body.(created); ok {
		body, status = made.body, http.StatusCreated
	}
	if err != nil {
		no := &refusal{status: http.StatusInternalServerError, message: err.Error()}
		errors.As(err, &no)
		status = no.status
		said := map[string]any{"message": no.message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
		if no.errors != nil {
			said["errors"] = no.errors
		}
		body = said
	}
	text, ok := body.(raw)
	if !ok {
		out.Header().Set("Content-Type", "application/json; charset=utf-8")
		if text, err = json.Marshal(body); err != nil {
			status, text = http.StatusInternalServerError, raw(err.Error())
		}
	}
	out.WriteHeader(status)
	out.Write(text)
}

// admit returns the token of the request, if it is valid and the API is reachable.
func (f *Forge) admit(in *http.Request) (token string, err error) {
	if f.mute.Load() {
		return "", &refusal{status: http.StatusServiceUnavailable, message: "No server is currently available to service your request."}
	}
	token = credential(in)
	if token == "" {
		return "", notFound()
	}
	if token != APIToken && token != ReaderToken {
		return "", &refusal{status: http.StatusUnauthorized, message: "Bad credentials"}
	}
	return token, nil
}

// answer passes a question to its route, or refuses it as GitHub does: a client
// that may not see a private repository does not learn that it exists.
func (f *Forge) answer(header http.Header, in *http.Request, r route) (any, error) {
	token, err := f.admit(in)
	if err != nil {
		return nil, err
	}
	b, ok := f.find(in.PathValue("owner") + "/" + in.PathValue("name"))
	if !ok {
		return nil, notFound()
	}
	if token == ReaderToken && !r.reading {
		return nil, &refusal{status: http.StatusForbidden, message: "Resource not accessible by personal access token"}
	}
	return r.answer(question{in, b, header})
}

func credential(in *http.Request) string {
	if _, password, ok := in.BasicAuth(); ok {
		return password
	}
	_, token, _ := strings.Cut(in.Header.Get("Authorization"), " ")
	return token
}

// number is a parameter of the question; one that is no number counts as missing.
func (q question) number(name string, usual int) int {
	n, err := strconv.Atoi(q.URL.Query().Get(name))
	if err != nil || n < 1 {
		return usual
	}
	return n
}

// paged is the page of a list that the question asks for. A page has the usual number
// of entries if the question names none, and never more than the most.
func paged[T any](q question, usual, most int, all []T) []T {
	size := min(q.number("per_page", usual), most)
	last := (len(all) + size - 1) / size
	n := q.number("page", 1)
	if n > last {
		return nil
	}
	if n < last {
		q.header.Set("Link", "<"+q.page(n+1)+`>; rel="next", <`+q.page(last)+`>; rel="last"`)
	}
	return all[(n-1)*size : min(n*size, len(all))]
}

// page is the address of another page of the same list.
func (q question) page(n int) string {
	address := *q.URL
	parameters := address.Query()
	parameters.Set("page", strconv.Itoa(n))
	address.Scheme, address.Host, address.RawQuery = "http", q.Host, parameters.Encode()
	return address.String()
}
