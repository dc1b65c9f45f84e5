package main

import (
	"io"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/fromsource"
)

func TestAsk(t *testing.T) {
	d, err := fromsource.New(detect.Project{Folder: "shop", Subfolder: "."}, nil, true, judge.Compile)
	if err != nil {
		t.Fatal(err)
	}
	// A name that the schema refuses, then a valid one; the guess for the branch;
	// an answer that is not a port; then the end of the input.
	var said strings.Builder
	in := "Shop!\nstore\nacme/store\n\n\nstores\nhigh\n9000\n"
	if err := ask(d, strings.NewReader(in), &said); err != nil {
		t.Fatal(err)
	}
	text, err := d.Finish()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"store"`, `"acme/store"`, `"acme/gitops"`, `namespace: "stores"`, "9000", "healthy store."} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s\n%s", want, text, &said)
		}
	}
	for _, want := range []string{"[acme/gitops]: ", "[store]: ", `"Shop!"`, "high", "[/health]: \n"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("no %q in the talk:\n%s", want, &said)
		}
	}
	if strings.Count(string(text), fromsource.Mark) != 3 {
		t.Errorf("what was answered is no guess:\n%s", text)
	}
}

func TestOnTerminal(t *testing.T) {
	if onTerminal(streams{in: strings.NewReader(""), out: io.Discard}) {
		t.Error("a string is no terminal")
	}
}
