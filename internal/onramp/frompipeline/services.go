package frompipeline

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/shell"
)

// testContainer reads the container in which the tests run.
func (d *drafter) testContainer(t *testRun) {
	c := t.job.Get("container")
	if !c.OK() {
		return
	}
	image := c
	if c.Get("image").OK() {
		image = c.Get("image")
	}
	if !strings.Contains(image.Text(), "@sha256:") {
		d.leave(image.At(), "add @sha256: and the digest, and name it under "+strings.Join(t.at, ".")+".container", "the container that the job %s runs in, whose image is not pinned by digest", t.job.ID)
		return
	}
	d.add(image.Text(), image.At(), t.field("container", "image")...)
	if login := c.Get("credentials"); login.OK() {
		if d.reader(cmp.Or(registry(image.Text()), dockerHub), login.At(), login.Get("username"), login.Get("password")) {
			d.add(true, login.At(), t.field("container", "private")...)
		} else {
			d.leave(login.At(), "name a login that reads under registries, and write private: true", "the login by which the container of the job %s is pulled", t.job.ID)
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
		d.add(n, c.Get("options").At(), t.field("container", "user")...)
	}
	if left := c.Get("options"); left.OK() && (err != nil || len(strings.Fields(strings.ReplaceAll(left.Text(), "=", " "))) != 2) {
		d.leave(left.At(), "", "options of the container that the job %s runs in: the draft has the user alone", t.job.ID)
	}
	for name, v := range c.Get("env").Pairs() {
		if !d.testVariable(t, name, v) {
			d.add(v.Text(), v.At(), t.field("env", name)...)
		}
	}
	for _, field := range []string{"ports", "volumes"} {
		d.leaveField(c.Get(field), "", "the %s of the container that the job %s runs in", field, t.job.ID)
	}
}

// testServices reads the service containers of the tests.
func (d *drafter) testServices(t *testRun) {
	for name, s := range t.job.Get("services").Pairs() {
		image := s.Get("image")
		if !strings.Contains(image.Text(), "@sha256:") {
			d.leave(image.At(), "add @sha256: and the digest, and name it under "+strings.Join(t.at, ".")+".services", "the service %s, whose image is not pinned by digest", name)
			continue
		}
		d.add(image.Text(), image.At(), t.field("services", name, "image")...)
		for k, v := range s.Get("env").Pairs() {
			d.add(v.Text(), v.At(), t.field("services", name, "env", k)...)
		}
		var ports []int
		for _, p := range s.Get("ports").Items() {
			text := p.Text()
			if i := strings.LastIndex(text, ":"); i >= 0 {
				text = text[i+1:]
			}
			if digitsOnly().MatchString(text) {
				n := 0
				fmt.Sscan(text, &n)
				ports = append(ports, n)
			}
		}
		if len(ports) > 0 {
			d.add(ports, s.Get("ports").At(), t.field("services", name, "ports")...)
		}
		if login := s.Get("credentials"); login.OK() {
			if d.reader(cmp.Or(registry(image.Text()), dockerHub), login.At(), login.Get("username"), login.Get("password")) {
				d.add(true, login.At(), t.field("services", name, "private")...)
			} else {
				d.leave(login.At(), "name a login that reads under registries, and write private: true", "the login by which the service %s is pulled", name)
			}
		}
		if command, ok := shell.Arguments(s.Get("options").Text()).Option("--health-cmd"); ok {
			d.add(command, s.Get("options").At(), t.field("services", name, "ready")...)
		}
	}
}
