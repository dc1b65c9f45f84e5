package stack

import (
	"context"
	"fmt"
	"path/filepath"
)

// StartPrometheus starts a Prometheus that asks one address, such as 127.0.0.1:8080, for figures every second, and returns
// its own. The figures have the labels of pods already, as an operator for Prometheus gives them.
func (s *Stack) StartPrometheus(ctx context.Context, target string) (address string, err error) {
	var port int
	if err := freePorts(&port); err != nil {
		return "", err
	}
	config, err := s.write(fmt.Sprintf("prometheus-%d.yaml", port), fmt.Sprintf(`
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- job_name: pods
  honor_labels: true
  static_configs: [{targets: [%q]}]
`, target))
	if err != nil {
		return "", err
	}
	p, err := s.run("prometheus", "prometheus", "--config.file="+config, "--web.listen-address="+local(port),
		"--storage.tsdb.path="+filepath.Join(s.folder, fmt.Sprint("prometheus-", port)))
	if err != nil {
		return "", err
	}
	address = "http://" + local(port)
	return address, p.ready(ctx, answers(address+"/-/ready"))
}
