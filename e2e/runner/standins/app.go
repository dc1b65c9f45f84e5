package standins

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"
)

// patience is how long a forgotten container may live.
const patience = 5 * time.Minute

// serveApp is the process inside a container, at the port that is its first
// argument; with a second one it cannot live and ends at once. It needs a moment to start, as real ones do, and then answers 200
// at the paths of the world and 404 elsewhere.
func serveApp(w World, args []string) error {
	if len(args) == 0 || len(args) > 2 {
		return fmt.Errorf("one port wanted, have %q", args)
	}
	if w.AppStops || len(args) == 2 {
		return statusError(1)
	}
	go func() {
		for range int(patience / time.Second) {
			time.Sleep(time.Second)
			if _, err := os.Stat(w.root); err != nil {
				break
			}
		}
		os.Exit(1)
	}()
	time.Sleep(300 * time.Millisecond)
	return http.ListenAndServe("127.0.0.1:"+args[0], http.HandlerFunc(
		func(answer http.ResponseWriter, request *http.Request) {
			if !slices.Contains(w.Answers, request.URL.Path) {
				answer.WriteHeader(http.StatusNotFound)
			}
		}))
}
