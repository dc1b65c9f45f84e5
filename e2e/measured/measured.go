// Package measured keeps the times that the end-to-end tests measure, in the file that
// docs/evidence.md is written from.
package measured

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/parts"
)

// Measurement is a time that was measured several times.
type Measurement struct {
	ID string `json:"id"`
	// What was measured, and what is promised or calculated for it, for people.
	What     string `json:"what"`
	Criteria string `json:"criteria"`
	Promise  string `json:"promise"`
	How      string `json:"how"`
	// Seconds are the samples, sorted.
	Seconds []float64 `json:"seconds"`
}

// results is the file that docs/evidence.md is written from.
type results struct {
	Version      int           `json:"version"`
	Systems      string        `json:"systems"`
	Measurements []Measurement `json:"measurements"`
}

// Run collects what one run measures. It is safe for concurrent use.
type Run struct {
	mutex sync.Mutex
	all   []Measurement
}

// Add records a sample; the descriptions of the first one count.
func (m *Run) Add(t *testing.T, about Measurement, took time.Duration) {
	t.Helper()
	t.Logf("%s: %s", about.What, took.Round(100*time.Millisecond))
	m.mutex.Lock()
	defer m.mutex.Unlock()
	i := slices.IndexFunc(m.all, func(have Measurement) bool { return have.ID == about.ID })
	if i < 0 {
		i = len(m.all)
		m.all = append(m.all, about)
	}
	m.all[i].Seconds = append(m.all[i].Seconds, float64(took.Round(100*time.Millisecond).Milliseconds())/1000)
}

// Write replaces in the file what this run measured, and keeps the rest.
func (m *Run) Write(name string) error {
	file := results{Version: 1}
	text, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(text, &file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, have := range m.all {
		slices.Sort(have.Seconds)
		file.Measurements = slices.DeleteFunc(file.Measurements, func(old Measurement) bool { return old.ID == have.ID })
		file.Measurements = append(file.Measurements, have)
	}
	slices.SortFunc(file.Measurements, func(a, b Measurement) int { return strings.Compare(a.ID, b.ID) })
	file.Systems = fmt.Sprintf("Argo CD %s, Kubernetes %s, %d processors", parts.ArgoCD[1:], parts.Kubernetes[1:], runtime.NumCPU())
	text, err = json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644)
}
