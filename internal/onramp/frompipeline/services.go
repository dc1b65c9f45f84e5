package frompipeline

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// containerOf reads the container in which a job of the draft runs. secret reads a variable that is no text.
func (d *drafter) containerOf(j *pipeline.Job, at []string, secret func(string, pipeline.Node) bool) {
	c, field := j.Get("container"), below(at...)
	if !c.OK() {
		return
	}
	image := c
	if c.Get("image").OK() {
		image = c.Get("image")
	}
	if !strings.Contains(image.Text(), "@sha256:") {
		d.leave(image.At(), "add @sha256: and the digest, and name it under "+strings.Join(at, ".")+".container", "the container that the job %s runs in, whose image is not pinned by digest", j.ID)
		return
	}
	d.add(image.Text(), image.At(), field("container", "image")...)
	if login := c.Get("credentials"); login.OK() {
		if d.reader(cmp.Or(detect.RegistryOf(image.Text()), detect.DockerHub), login.At(), login.Get("username"), login.Get("password")) {
			d.add(true, login.At(), field("container", "private")...)
		} else {
			d.leave(login.At(), "name a login that reads under registries, and write private: true", "the login by which the container of the job %s is pulled", j.ID)
		}
	}
	options := shell.Arguments(c.Get("options").Text())
	user, ok := options.Option("--user")
	if !ok {
		user, _ = options.Option("-u")
	}
	user = cmp.Or(map[string]string{"root": "0"}[user], user)
	n, err := strconv.Atoi(user)
	if err == nil {
		d.add(n, c.Get("options").At(), field("container", "user")...)
	}
	if left := c.Get("options"); left.OK() && (err != nil || len(strings.Fields(strings.ReplaceAll(left.Text(), "=", " "))) != 2) {
		d.leave(left.At(), "", "options of the container that the job %s runs in: the draft has the user alone", j.ID)
	}
	for name, v := range c.Get("env").Pairs() {
		if !secret(name, v) {
			d.add(v.Text(), v.At(), field("env", name)...)
		}
	}
	for _, lost := range []string{"ports", "volumes"} {
		d.leaveField(c.Get(lost), "", "the %s of the container that the job %s runs in", lost, j.ID)
	}
}

// servicesOf reads the containers beside a job of the draft.
func (d *drafter) servicesOf(j *pipeline.Job, at []string) {
	field := below(at...)
	for name, s := range j.Get("services").Pairs() {
		var ports []int
		for _, p := range s.Get("ports").Items() {
			text := p.Text()
			if n, err := strconv.Atoi(text[strings.LastIndex(text, ":")+1:]); err == nil {
				ports = append(ports, n)
			}
		}
		d.besideTests = append(d.besideTests, ports...)
		image := s.Get("image")
		if !strings.Contains(image.Text(), "@sha256:") {
			d.leave(image.At(), "add @sha256: and the digest, and name it under "+strings.Join(at, ".")+".services", "the service %s, whose image is not pinned by digest", name)
			continue
		}
		d.add(image.Text(), image.At(), field("services", name, "image")...)
		for k, v := range s.Get("env").Pairs() {
			d.add(v.Text(), v.At(), field("services", name, "env", k)...)
		}
		if len(ports) > 0 {
			d.add(ports, s.Get("ports").At(), field("services", name, "ports")...)
		}
		if login := s.Get("credentials"); login.OK() {
			if d.reader(cmp.Or(detect.RegistryOf(image.Text()), detect.DockerHub), login.At(), login.Get("username"), login.Get("password")) {
				d.add(true, login.At(), field("services", name, "private")...)
			} else {
				d.leave(login.At(), "name a login that reads under registries, and write private: true", "the login by which the service %s is pulled", name)
			}
		}
		if command, ok := shell.Arguments(s.Get("options").Text()).Option("--health-cmd"); ok {
			d.add(command, s.Get("options").At(), field("services", name, "ready")...)
		}
	}
}
