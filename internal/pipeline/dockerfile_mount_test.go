package pipeline

import (
	"slices"
	"testing"
)

func TestMounts(t *testing.T) {
	image := ParseDockerfile("Dockerfile", `FROM golang:1.26 AS build
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=secret,id=go_token,env=GO_TOKEN go mod download
RUN --mount=type=ssh git clone git@example.org:shop/parts
RUN --mount=type=secret,target=/run/npmrc,required=true npm ci
ARG WHICH
RUN --mount=type=secret,id=$WHICH --mount="type=ssh,id=deploy" true
FROM scratch
`)
	want := []DockerMount{{false, "go_token", 2}, {true, "default", 3}, {false, "npmrc", 4}, {false, "", 6}, {true, "deploy", 6}}
	if !slices.Equal(image.Mounts, want) {
		t.Errorf("%+v", image.Mounts)
	}
}
