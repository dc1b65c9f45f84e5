package pipeline

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	a := []DockerBase{{"a", 1}}
	for name, c := range map[string]struct {
		text string
		want Dockerfile
	}{
		"nothing": {"", Dockerfile{Fault: "file with no instructions", FaultLine: 1}},
		"no FROM": {"EXPOSE 80\nUSER x\n", Dockerfile{Fault: "EXPOSE comes before the first FROM", FaultLine: 1}},
		"last stage counts": {"FROM a\nEXPOSE 1\nUSER x\nFROM b\nEXPOSE 2\n",
			Dockerfile{Ports: []int{2}, PortLine: 5, Bases: []DockerBase{{"b", 4}, {"a", 1}}}},
		"a stage begins with its base": {"FROM a AS Base\nEXPOSE 1\nFROM base AS next\nFROM next\nEXPOSE 2\n",
			Dockerfile{Ports: []int{1, 2}, PortLine: 5, Bases: a}},
		"another stage ships": {"FROM a AS x\nUSER u\nFROM b\nFROM x\n", Dockerfile{User: "u", UserLine: 2, Bases: []DockerBase{{"a", 1}, {"b", 3}}}},
		"a base of an argument": {"ARG TAG=3.12\nFROM --platform=$BUILDPLATFORM python:${TAG}-slim AS x\n",
			Dockerfile{Bases: []DockerBase{{"python:3.12-slim", 2}}}},
		"an argument without a value": {"FROM $BASE\nUSER $APP\n", Dockerfile{User: "$APP", UserLine: 2, Bases: []DockerBase{{"$BASE", 1}}}},
		"an argument of the file":     {"ARG U=7\nFROM a\nARG U\nUSER $U\n", Dockerfile{User: "7", UserLine: 4, Bases: []DockerBase{{"a", 2}}}},
		"udp and variables": {"FROM a\nARG P=70\nENV Q=$P A=$Q\nEXPOSE 53/udp ${P}0-799 $Q\n",
			Dockerfile{Ports: []int{700, 70}, PortLine: 4, Bases: a}},
		"an environment of old":   {"FROM a\nENV U some one\nUSER $U\n", Dockerfile{User: "some one", UserLine: 3, Bases: a}},
		"the environment wins":    {"FROM a\nENV U=1\nARG U=2\nUSER $U\n", Dockerfile{User: "1", UserLine: 4, Bases: a}},
		"unknown variable":        {"FROM a\nEXPOSE $PORT ${X:-81}\n", Dockerfile{Ports: []int{81}, PortLine: 2, Bases: a}},
		"port of a variable":      {"FROM a\nENV PORT=82\n", Dockerfile{Ports: []int{82}, Bases: a}},
		"lower case, CRLF, tabs":  {"from a\r\nexpose\t80\r\nuser\t1\r\n", Dockerfile{Ports: []int{80}, PortLine: 2, User: "1", UserLine: 3, Bases: a}},
		"quotes":                  {"FROM a\nUSER \"app\"\n", Dockerfile{User: "app", UserLine: 2, Bases: a}},
		"lines that go on":        {"FROM a\nEXPOSE 1 \\\n# why\n  2\nUSER u\n", Dockerfile{Ports: []int{1, 2}, PortLine: 2, User: "u", UserLine: 5, Bases: a}},
		"another escape":          {"# escape=`\nFROM a\nEXPOSE `\n 80\nUSER u\\\n", Dockerfile{Ports: []int{80}, PortLine: 3, User: `u\`, UserLine: 5, Bases: []DockerBase{{"a", 2}}}},
		"here-document":           {"FROM a\nRUN <<'END'\nUSER x\nEND\nUSER y\n", Dockerfile{User: "y", UserLine: 5, Bases: a}},
		"here-document of a file": {"FROM a\nCOPY <<-E /x\n\tUSER x\n\tE\n", Dockerfile{Bases: a}},
		"for images built on it":  {"FROM a\nONBUILD USER x\n", Dockerfile{Bases: a}},
		"health":                  {"FROM a\nHEALTHCHECK --interval=5s CMD [\"curl\", \"http://127.0.0.1:81/up\"]\n", Dockerfile{HealthPath: "/up", HealthPort: 81, Bases: a}},
		"health check taken back": {"FROM a\nHEALTHCHECK CMD curl localhost http://localhost/up\nHEALTHCHECK NONE\n", Dockerfile{Bases: a}},
		"health of another host":  {"FROM a\nHEALTHCHECK CMD curl https://example.org/up\n", Dockerfile{Bases: a}},
		"health without path":     {"FROM a\nHEALTHCHECK CMD curl http://localhost:81\n", Dockerfile{HealthPath: "/", HealthPort: 81, Bases: a}},
		"port of the command":     {"FROM a\nCMD [\"x\", \"--port\", \"8123\"]\n", Dockerfile{Ports: []int{8123}, Starts: true, Bases: a}},
		"port of a shell's":       {"FROM a\nENTRYPOINT exec x --bind=0.0.0.0:8124\n", Dockerfile{Ports: []int{8124}, Starts: true, Bases: a}},
		"no such instruction":     {"FROM a\nRUNN true\n", Dockerfile{Fault: "there is no instruction RUNN", FaultLine: 2, Bases: a}},
		"docker refuses it":       {"FROM a\nENV X\nUSER y\n", Dockerfile{Fault: "ENV must have two arguments", FaultLine: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, ParseDockerfile("", c.text), cmpopts.IgnoreUnexported(Dockerfile{})); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{
		"FROM python:3.12-slim": "3.12", "FROM docker.io/library/python:3.11": "3.11", "FROM python:3": "", "FROM python": "",
		"FROM registry:5000/python@sha256:ab": "", "FROM ghcr.io/astral-sh/uv:0.8-python3.13-alpine\nFROM scratch": "3.13",
	} {
		image := ParseDockerfile("", text)
		if got := image.Python(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	image := ParseDockerfile("", "FROM node:22.1 AS x\nFROM scratch")
	if v, line := image.Version("nodejs", "node"), image.VersionLine("node"); v != "22.1" || line != 1 {
		t.Errorf("version %q in line %d", v, line)
	}
	if none := (*Dockerfile)(nil); none.Version("x") != "" || none.Python() != "" {
		t.Error("a version out of nothing")
	}
}

// A Dockerfile is untrusted input.
func TestBounded(t *testing.T) {
	start := time.Now()
	for _, text := range []string{
		"FROM a\n" + strings.Repeat("ENV A=$A$A$A$A\n", 20000) + "USER $A",
		strings.Repeat("ONBUILD ", 8000) + "USER x",
		"FROM a\nUSER " + strings.Repeat("${a:-", 10000),
		"FROM a\nUSER " + strings.Repeat(`"`, 60001),
	} {
		if image := ParseDockerfile("", text); len(image.User) > 1<<16 {
			t.Errorf("a user of %d bytes", len(image.User))
		}
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
}

func FuzzParseDockerfile(f *testing.F) {
	for _, seed := range []string{"FROM a AS b\nFROM b\nEXPOSE 80", "FROM a\nENV A=$A$A\nENV A=$A$A\nUSER $A", "FROM a\nRUN <<E\nE\n\\", "# escape=`\nFROM ${a:-b}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := ParseDockerfile("", text)
		for _, port := range d.Ports {
			if port < 1 || port > 65535 {
				t.Errorf("port %d", port)
			}
		}
		d.Python()
	})
}

// TestNumbers: the user of an image is a number where the Dockerfile gives it one, or its base image is known for it.
func TestNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		text        string
		user, group int
		ok          bool
	}{
		"numbers":               {"FROM a\nUSER 1000:2000\n", 1000, 2000, true},
		"a number":              {"FROM a\nUSER 65532\n", 65532, 65532, true},
		"a user that is made":   {"FROM a\nRUN groupadd --gid 7 app && useradd --create-home --uid 1234 --gid app app\nUSER app\n", 1234, 1234, true},
		"made on Alpine":        {"FROM alpine:3\nRUN addgroup -S app \\\n && adduser -S -u 1001 -G app app\nUSER app\n", 1001, 1001, true},
		"made with an ARG":      {"FROM a\nARG UID=10001\nRUN adduser --disabled-password --gecos \"\" --uid \"${UID}\" appuser\nUSER appuser\n", 10001, 10001, true},
		"made before":           {"FROM a AS base\nRUN useradd -u 5 x\nFROM base\nUSER x\n", 5, 5, true},
		"made in another one":   {"FROM a AS b\nRUN useradd -u 5 x\nFROM c\nUSER x\n", 0, 0, false},
		"made without a number": {"FROM a\nRUN useradd x\nUSER x\n", 0, 0, false},
		"node":                  {"FROM node:22-alpine\nUSER node\n", 1000, 1000, true},
		"distroless":            {"FROM golang AS b\nFROM gcr.io/distroless/static-debian12:nonroot\n", 65532, 65532, true},
		"distroless by name":    {"FROM gcr.io/distroless/static-debian12\nUSER nonroot:nonroot\n", 65532, 65532, true},
		"distroless as root":    {"FROM gcr.io/distroless/static-debian12\n", 0, 0, false},
		"dotnet":                {"FROM mcr.microsoft.com/dotnet/aspnet:9.0\nUSER $APP_UID\n", 1654, 1654, true},
		"nobody knows":          {"FROM a\nUSER someone\n", 0, 0, false},
		"none":                  {"FROM a\n", 0, 0, false},
		"root":                  {"FROM a\nUSER 0\n", 0, 0, true},
	} {
		user, group, ok := ParseDockerfile("Dockerfile", c.text).Numbers()
		if user != c.user || group != c.group || ok != c.ok {
			t.Errorf("%s: %d %d %v", name, user, group, ok)
		}
	}
}
