package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Spec is a pipeline as its author wrote it, with defaults filled in. The meaning of each field is documented in
// pipeline.cue.
type Spec struct {
	Name   string `json:"name"`
	Intent string `json:"intent"`
	Owner  *Owner `json:"owner"`
	Source Source `json:"source"`
	GitOps GitOps `json:"gitops"`
	ArgoCD ArgoCD `json:"argocd"`
	// Prometheus is nil where the spec names none.
	Prometheus *Prometheus `json:"prometheus"`
	// Previews is nil where pull requests get none.
	Previews *Previews `json:"previews"`
	// Workflow is what the author adds to the workflow.
	Workflow Workflow `json:"workflow"`
	// Patches are changes to generated files, in the order in which they are made.
	Patches []Patch `json:"patches"`
	// Accept is what the author answers for, in the order of the spec.
	Accept []Accept `json:"accept"`
	// Pipegen says how pipegen itself is used.
	Pipegen Pipegen `json:"pipegen"`

	// Tests are those of the whole source first, of which one may have no name, and then those of images under the image's
	// name.
	Tests []Named[Test] `json:"-"`

	// In the order of the spec. What it says in a short form is an entry with the pipeline's name.
	Images       []Named[Image]      `json:"-"`
	Dependencies []Named[Dependency] `json:"-"`
	Feeds        []Named[Feed]       `json:"-"`
	// Secrets are those of the cluster that a deploy brings along.
	Secrets      []Named[ClusterSecret] `json:"-"`
	Registries   []Named[Registry]      `json:"-"`
	Workloads    []Named[Workload]      `json:"-"`
	Clusters     []Named[Cluster]       `json:"-"`
	Environments []Named[Environment]   `json:"-"`
	Criteria     []Named[Criterion]     `json:"-"`
	Components   []Named[Component]     `json:"-"`
	NonGoals     []Named[NonGoal]       `json:"-"`
}

// Named is an entry of a map in the spec, with its key. A slice of them keeps the order in which the author wrote them.
type Named[T any] struct {
	ID    string
	Value T
}

type Owner struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type Source struct {
	Repository  string   `json:"repository"`
	Branch      string   `json:"branch"`
	ReleaseTags string   `json:"releaseTags"`
	Paths       []string `json:"paths"`
	History     bool     `json:"history"`
	Submodules  bool     `json:"submodules"`
	LFS         bool     `json:"lfs"`
}

type Test struct {
	// At is its place in the spec.
	At string `json:"-"`
	// Image is the one that it is for, "" for the whole source.
	Image string `json:"-"`

	Python    *Toolchain          `json:"python"`
	Go        *Toolchain          `json:"go"`
	Node      *Toolchain          `json:"node"`
	Java      *Toolchain          `json:"java"`
	Rust      *Toolchain          `json:"rust"`
	DotNet    *Toolchain          `json:"dotnet"`
	PHP       *Toolchain          `json:"php"`
	Ruby      *Toolchain          `json:"ruby"`
	Steps     []Step              `json:"steps"`
	None      string              `json:"none"`
	Directory string              `json:"directory"`
	Needs     []string            `json:"needs"`
	Matrix    map[string][]string `json:"matrix"`
	Report    *CoverageReport     `json:"report"`
	Codecov   bool                `json:"codecov"`
	Services  map[string]Service  `json:"services"`
	Container *JobContainer       `json:"container"`
	Env       map[string]string   `json:"env"`
	Timeout   Duration            `json:"timeout"`
	Schedule  string              `json:"schedule"` // "": none

	Secrets     map[string]string `json:"secrets"`
	Permissions map[string]string `json:"permissions"`
	Uses        []string          `json:"uses"`
}

// Toolchain is how the projects of a language are tested. Requirements, Package and Tests are Python's alone.
type Toolchain struct {
	Version               string   `json:"version"`
	VersionFile           string   `json:"versionFile"`
	PackageManager        string   `json:"packageManager"`
	PackageManagerVersion string   `json:"packageManagerVersion"`
	Requirements          []string `json:"requirements"`
	Package               string   `json:"package"`
	Tests                 string   `json:"tests"`
	Directory             string   `json:"directory"`
	Run                   string   `json:"run"`
}

type Step struct {
	Name string            `json:"name"`
	Run  string            `json:"run"`
	Uses string            `json:"uses"`
	With map[string]any    `json:"with"`
	Env  map[string]string `json:"env"`
}

type CoverageReport struct {
	Format string `json:"format"`
	Path   string `json:"path"`
}

type Service struct {
	Image   string            `json:"image"`
	Env     map[string]string `json:"env"`
	Ports   []int             `json:"ports"`
	Ready   string            `json:"ready"`
	Private bool              `json:"private"`
}

type Image struct {
	// At is its place in the spec.
	At string `json:"-"`

	Registry   string   `json:"registry"`
	Name       string   `json:"name"`
	Tag        string   `json:"tag"`
	MovingTags []string `json:"movingTags"`
	// VersionFile has the version where no git tag has it, "" for none.
	VersionFile string `json:"versionFile"`

	Platforms  []string          `json:"platforms"`
	Builder    string            `json:"builder"`
	Context    string            `json:"context"`
	Dockerfile string            `json:"dockerfile"`
	Target     string            `json:"target"`
	BuildArgs  map[string]string `json:"buildArgs"`
	Attest     bool              `json:"attest"`
	SmokeTest  bool              `json:"smokeTest"`
	Private    bool              `json:"private"`
	PullSecret string            `json:"pullSecret"`
	Test       *Test             `json:"test"` // of a loaded spec nil: see Spec.Tests
	Paths      []string          `json:"paths"`

	Secrets     map[string]string `json:"secrets"`
	SSH         string            `json:"ssh"`
	Feeds       []string          `json:"feeds"`
	Permissions map[string]string `json:"permissions"`
}

// Feed is where packages come from that not everybody may read. Exactly one of the first six is set.
type Feed struct {
	NPM      string `json:"npm"`
	NuGet    string `json:"nuget"`
	Maven    string `json:"maven"`
	Gradle   string `json:"gradle"`
	Python   string `json:"python"`
	Go       string `json:"go"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// Dependency is something that programs or tests use.
type Dependency struct {
	Port     int                  `json:"port"`     // 0: that of the workload
	Workload string               `json:"workload"` // "": it runs elsewhere
	Env      map[string]string    `json:"env"`
	Secrets  map[string]ObjectKey `json:"secrets"`
	Tests    *StandIn             `json:"tests"`
}

// StandIn is a container in place of a dependency, beside tests.
type StandIn struct {
	Image     string            `json:"image"`
	Variables map[string]string `json:"variables"`
	Env       map[string]string `json:"env"`
	Port      int               `json:"port"` // 0: that of the dependency
	Ready     string            `json:"ready"`
	Private   bool              `json:"private"`
}

// Registry is a host that keeps images.
type Registry struct {
	Login  *Login  `json:"login"`
	Reader *Reader `json:"reader"`
}

// Reader is how CI logs in to pull.
type Reader struct {
	Token    bool   `json:"token"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// Login is how CI logs in to a registry: by a password, or by one of the clouds.
type Login struct {
	User     string       `json:"user"`
	Password string       `json:"password"`
	AWS      *AWSLogin    `json:"aws"`
	Google   *GoogleLogin `json:"google"`
	Azure    *AzureLogin  `json:"azure"`
}

type AWSLogin struct {
	Role  string `json:"role"`
	KeyID string `json:"keyID"`
	Key   string `json:"key"`
}

type GoogleLogin struct {
	Provider       string `json:"provider"`
	ServiceAccount string `json:"serviceAccount"`
	Key            string `json:"key"`
}

type AzureLogin struct {
	Client       string `json:"client"`
	Tenant       string `json:"tenant"`
	Subscription string `json:"subscription"`
}

// Workload is what runs. Exactly one of Port, Worker, Cron, Job and Own is set.
type Workload struct {
	// At is its place in the spec.
	At string `json:"-"`

	// Image is a name in Images; "" where External is set, and where there is one image.
	Image    string   `json:"image"`
	External string   `json:"external"`
	Command  []string `json:"command"`
	Args     []string `json:"args"`
	Worker   *Worker  `json:"worker"`
	Cron     *CronJob `json:"cron"`
	Job      *Job     `json:"job"`
	Own      *Own     `json:"own"`
	// Stateful goes with Port and Worker.
	Stateful *Stateful `json:"stateful"`
	Only     []string  `json:"only"`
	// From are the workloads that may call it, and Outside.
	From        []string             `json:"from"`
	Port        int                  `json:"port"`
	ServicePort int                  `json:"servicePort"`
	Replicas    int                  `json:"replicas"`
	Scale       *Scale               `json:"scale"` // nil: the number of pods stays
	Route       *Route               `json:"route"` // nil: there is no way in
	Probes      Probes               `json:"probes"`
	Rollout     Rollout              `json:"rollout"`
	Resources   Resources            `json:"resources"`
	Env         map[string]string    `json:"env"`
	Secrets     map[string]ObjectKey `json:"secrets"`
	ConfigMaps  map[string]ObjectKey `json:"configMaps"`
	Fields      map[string]string    `json:"fields"`
	EnvFrom     []EnvFrom            `json:"envFrom"`
	Files       map[string]File      `json:"files"`
	Uses        []string             `json:"uses"`
	RunAs       RunAs                `json:"runAs"`
	Security    Security             `json:"security"`
	Writable    []string             `json:"writable"`
	Volumes     []Named[Volume]      `json:"-"`
	Init        []Named[Container]   `json:"-"`
	Egress      []int                `json:"egress"`
	PullPolicy  string               `json:"pullPolicy"`
	Smoke       Smoke                `json:"smoke"`
	Custom      Custom               `json:"custom"`
	Existing    []string             `json:"existing"` // as KIND/NAME

	ProgressDeadline Duration `json:"progressDeadline"`

	Placement      Placement           `json:"placement"`
	ServiceAccount ServiceAccount      `json:"serviceAccount"`
	Labels         map[string]string   `json:"labels"`
	Selector       map[string]string   `json:"selector"`
	Annotations    map[string]string   `json:"annotations"`
	HostAliases    map[string][]string `json:"hostAliases"`
	DNS            DNS                 `json:"dns"`
}

// Outside is the word in Workload.From for every pod that does not belong to the pipeline.
const Outside = "outside"

type Worker struct {
	Liveness []string `json:"liveness"`
}

// Own are manifests that an author has. Exactly one of its fields is set.
type Own struct {
	Kustomize string   `json:"kustomize"`
	Helm      *OwnHelm `json:"helm"`
}

// OwnHelm is a chart that an author has.
type OwnHelm struct {
	Chart   OwnChart              `json:"chart"`
	Release string                `json:"release"`
	Values  []string              `json:"values"`
	Image   *ChartImage           `json:"image"`
	Images  map[string]ChartImage `json:"images"`
}

// OwnChart is the folder of a chart in the GitOps repository, or one that a chart repository has published.
type OwnChart struct {
	Folder     string `json:"-"`
	Repository string `json:"repository"`
	Name       string `json:"name"`
	Version    string `json:"version"`
}

// UnmarshalJSON takes the folder alone as well.
func (c *OwnChart) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &c.Folder) == nil {
		return nil
	}
	type long OwnChart
	return json.Unmarshal(text, (*long)(c))
}

// ChartImage are the paths of the values by which a chart gets an image.
type ChartImage struct {
	Reference  string `json:"reference"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
}

type CronJob struct {
	Schedule string   `json:"schedule"`
	TimeZone string   `json:"timeZone"`
	Timeout  Duration `json:"timeout"`
	Overlap  string   `json:"overlap"`
	History  int      `json:"history"`
}

type Job struct {
	Before  []string `json:"before"`
	After   []string `json:"after"`
	Timeout Duration `json:"timeout"`
}

// Volume is a folder of a container. Exactly one of Size, Claim, Secret and ConfigMap is set.
type Volume struct {
	Path      string `json:"path"`
	Size      string `json:"size"`
	Memory    bool   `json:"memory"`
	Claim     *Claim `json:"claim"`
	SubPath   string `json:"subPath"`
	ReadOnly  bool   `json:"readOnly"`
	Secret    string `json:"secret"`
	ConfigMap string `json:"configMap"`
	Optional  bool   `json:"optional"`
}

// Claim is a PersistentVolumeClaim: one that exists, by its name, or one of a size that is written.
type Claim struct {
	Name         string `json:"name"`
	Size         string `json:"size"`
	StorageClass string `json:"storageClass"`
	Access       string `json:"access"`
}

// VolumeSize is the size of a volume in an environment.
type VolumeSize struct {
	Size string `json:"size"`
}

type Smoke struct {
	Image      string `json:"image"`
	PullPolicy string `json:"pullPolicy"`
}

type Resources struct {
	Requests ResourceList `json:"requests"`
	Limits   ResourceList `json:"limits"`
}

// ResourceList holds Kubernetes quantities; "" means that the spec gives none.
type ResourceList struct {
	CPU              string `json:"cpu"`
	Memory           string `json:"memory"`
	EphemeralStorage string `json:"ephemeralStorage"`
}

// ObjectKey is a key in a Secret or a ConfigMap.
type ObjectKey struct {
	Name     string `json:"name"`
	Key      string `json:"key"`
	Optional bool   `json:"optional"`
}

// EnvFrom is a Secret or a ConfigMap whose keys become variables.
type EnvFrom struct {
	Secret    string `json:"secret"`
	ConfigMap string `json:"configMap"`
	Prefix    string `json:"prefix"`
	Optional  bool   `json:"optional"`
}

// File is what a container reads at a path. Exactly one field is set; an empty text counts as one.
type File struct {
	Content   *string    `json:"content"`
	Secret    *ObjectKey `json:"secret"`
	ConfigMap *ObjectKey `json:"configMap"`
}

// FileContent is the text of a file in an environment.
type FileContent struct {
	Content string `json:"content"`
}

type RunAs struct {
	User  int `json:"user"`
	Group int `json:"group"`
}

type Environment struct {
	Namespace string `json:"namespace"`
	Cluster   string `json:"cluster"` // "": argocd.server
	// Clusters are those that it is in, nil where it is in one.
	Clusters    []Named[Site] `json:"-"`
	Application string        `json:"application"`
	// Project is nil where it is argocd.project.
	Project *Project `json:"project"`
	After   string   `json:"after"`
	// AfterPath is its place in the spec, "" until somebody has looked.
	AfterPath string `json:"-"`
	// On is nil where nothing is said of what starts its deploys.
	On    *On      `json:"on"`
	Soak  Duration `json:"soak"` // 0: none
	Gates []string `json:"gates"`
	// Notify is nil where argocd.notify holds.
	Notify   *Notify `json:"notify"`
	Write    string  `json:"write"` // "": as gitops.write
	Approval bool    `json:"approval"`
	// Sync is nil where it is as argocd.sync, and so is each of its fields.
	Sync *SyncDifference `json:"sync"`
	// LowerReleases lets a tag replace a higher release.
	// SharedNamespace says that others use the namespace too.
	SharedNamespace bool   `json:"sharedNamespace"`
	LowerReleases   bool   `json:"lowerReleases"`
	URL             string `json:"url"`
	Custom          bool   `json:"custom"`
	// Secrets are what it changes in those of the spec.
	Secrets map[string]SecretDifference `json:"secrets"`
	// Copies are the images that pods pull from another registry here, by their names.
	Copies []Named[ImageCopy] `json:"-"`
	// Differences are what it changes, by the names of workloads.
	Differences []Named[Difference] `json:"-"`
}

// ImageCopy is where pods pull an image in one environment. A spec that has been loaded has both.
type ImageCopy struct {
	// At is its place in the spec.
	At       string `json:"-"`
	Registry string `json:"registry"`
	Name     string `json:"name"`
}

// Previews are copies of what runs for pull requests.
type Previews struct {
	Label   string        `json:"label"`
	Most    int           `json:"most"`
	Every   Duration      `json:"every"`
	Token   *PreviewToken `json:"token"`
	Host    string        `json:"host"`
	Cluster string        `json:"cluster"` // "": argocd.server
	Quota   PreviewQuota  `json:"quota"`
	// Differences are what they change, by the names of workloads.
	Differences []Named[Difference] `json:"-"`
}

// PreviewToken is a Secret beside Argo CD, and its key.
type PreviewToken struct {
	Name string `json:"name"`
	Key  string `json:"key"`
}

// PreviewQuota is what the pods of a preview may ask for together; "" where nothing is said.
type PreviewQuota struct {
	Pods   int    `json:"pods"`
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
}

// Cluster is where environments are. A spec that has been loaded has one of its name in Argo CD, its address, an Argo CD
// of its own, and labels of several.
type Cluster struct {
	Name   string `json:"name"`
	Server string `json:"server"`
	// ArgoCD is nil where the one of the spec deploys here.
	ArgoCD *ClusterArgoCD `json:"argocd"`
	// Labels are those of the Secrets of all clusters that are meant, nil where it is one.
	Labels    map[string]string `json:"labels"`
	Names     string            `json:"names"`   // "": any
	AtLeast   int               `json:"atLeast"` // 0: 1
	Platforms []string          `json:"platforms"`
}

// ClusterArgoCD is the Argo CD of a cluster.
type ClusterArgoCD struct {
	Address    string `json:"address"`
	Namespace  string `json:"namespace"`  // "": argocd.namespace
	Repository string `json:"repository"` // "": gitops.repository, by its address on GitHub
}

// Site is one of several clusters of an environment.
type Site struct {
	Application string `json:"application"` // "": those of the environment and the cluster
	// Differences are what it changes in what the environment has, by the names of workloads.
	Differences []Named[Difference] `json:"-"`
}

// Difference returns what it changes in a workload, if anything.
func (s Site) Difference(workload string) Difference {
	return Environment{Differences: s.Differences}.Difference(workload)
}

// Differs reports whether it changes anything in a workload.
func (s Site) Differs() bool {
	return slices.ContainsFunc(s.Differences, func(d Named[Difference]) bool { return !d.Value.Empty() })
}

// Site is the environment in one of its clusters, by the name of that in the spec; as everywhere, where it is in one.
func (e Environment) Site(cluster string) Site {
	for _, c := range e.Clusters {
		if c.ID == cluster {
			return c.Value
		}
	}
	return Site{}
}

// In reports whether it is in a cluster, by its name in the spec.
func (e Environment) In(cluster string) bool {
	return len(e.Clusters) == 0 && e.Cluster == cluster || slices.ContainsFunc(e.Clusters, func(s Named[Site]) bool { return s.ID == cluster })
}

// On is what starts the deploys of an environment. A spec that has been loaded has exactly one of these.
type On struct {
	Branch  string `json:"branch"`
	After   string `json:"after"`
	Tag     string `json:"tag"`
	Release string `json:"release"`
	Hand    bool   `json:"hand"`
}

// Difference returns what it changes in a workload, if anything.
func (e Environment) Difference(workload string) Difference {
	for _, d := range e.Differences {
		if d.ID == workload {
			return d.Value
		}
	}
	return Difference{}
}

// Differing are what it changes in a workload, and what its clusters do.
func (e Environment) Differing(workload string) []Difference {
	out := []Difference{e.Difference(workload)}
	for _, c := range e.Clusters {
		out = append(out, c.Value.Difference(workload))
	}
	return out
}

// Difference is what an environment changes in a workload.
type Difference struct {
	// At is its place in the spec.
	At string `json:"-"`

	Replicas  int                    `json:"replicas"` // 0: as in the workload
	Scale     *ScaleDifference       `json:"scale"`    // nil: as in the workload
	Route     *RouteDifference       `json:"route"`    // nil: as in the workload
	Resources Resources              `json:"resources"`
	Env       map[string]string      `json:"env"`
	Files     map[string]FileContent `json:"files"`
	Volumes   map[string]VolumeSize  `json:"volumes"`
	Schedule  string                 `json:"schedule"` // "": as in the workload
	Rollout   RolloutDifference      `json:"rollout"`
	Placement *Placement             `json:"placement"` // nil: as in the workload
}

// Empty reports that it changes nothing.
func (d Difference) Empty() bool { return reflect.DeepEqual(d, Difference{At: d.At}) }

type GitOps struct {
	Repository string      `json:"repository"`
	Branch     string      `json:"branch"`
	Path       string      `json:"path"`
	Shared     bool        `json:"shared"`
	Signed     bool        `json:"signed"`
	Write      string      `json:"write"`
	Rendered   *Rendered   `json:"rendered"`   // nil: Argo CD renders
	Credential *Credential `json:"credential"` // nil: as pipegen chooses
}

// Rendered says that CI renders what Argo CD reads. Branch has {environment} for the name of the environment.
type Rendered struct {
	Branch string `json:"branch"`
}

type Credential struct {
	App       *App   `json:"app"`
	Token     string `json:"token"`
	DeployKey string `json:"deployKey"`
}

type App struct {
	ClientID   string `json:"clientID"`
	PrivateKey string `json:"privateKey"`
}

type ArgoCD struct {
	Version   string   `json:"version"`
	Namespace string   `json:"namespace"`
	Project   Project  `json:"project"`
	Server    string   `json:"server"`
	Webhook   bool     `json:"webhook"`
	Viewers   []string `json:"viewers"`
	Operators []string `json:"operators"`
	Signers   []string `json:"signers"`
	Sync      Sync     `json:"sync"`

	// Reconciliation is zero when argocd-cm has no timeout.reconciliation.
	Reconciliation Duration     `json:"reconciliation"`
	SyncWindows    []SyncWindow `json:"syncWindows"`

	// ApplicationSet is from what one object makes the Applications, "" where each has a file of its own.
	ApplicationSet SetFrom `json:"applicationSet"`
	// AppOfApps says that an Application brings what makes the others.
	AppOfApps bool `json:"appOfApps"`
	// Notify is nil where nobody is notified unless an environment says so.
	Notify *Notify `json:"notify"`
}

// SetFrom is from what an ApplicationSet makes Applications.
type SetFrom string

const (
	SetFromList  SetFrom = "list"
	SetFromFiles SetFrom = "files"
)

// UnmarshalJSON reads a switch as well: the list.
func (f *SetFrom) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "false":
		return nil
	case "true":
		*f = SetFromList
		return nil
	}
	return json.Unmarshal(text, (*string)(f))
}

// String is what an author writes.
func (f SetFrom) String() string {
	switch f {
	case "":
		return "false"
	case SetFromList:
		return "true"
	}
	return string(f)
}

// Notify is whom Argo CD notifies of deploys, and of what.
type Notify struct {
	Slack    []string `json:"slack"`
	Teams    []string `json:"teams"`
	Email    []string `json:"email"`
	Webhook  []string `json:"webhook"`
	Triggers []string `json:"triggers"`
}

// UsualTriggers are those of which somebody is notified where Notify names none.
func UsualTriggers() []string { return []string{"on-deployed", "on-sync-failed", "on-health-degraded"} }

// Project is the AppProject. A name alone is one that pipegen writes.
type Project struct {
	Name     string `json:"name"`
	Existing bool   `json:"existing"`
}

// UnmarshalJSON reads both forms.
func (p *Project) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &p.Name) == nil {
		return nil
	}
	type long Project
	return json.Unmarshal(text, (*long)(p))
}

type SyncWindow struct {
	Kind       string   `json:"kind"`
	Schedule   string   `json:"schedule"`
	Duration   Duration `json:"duration"`
	ManualSync bool     `json:"manualSync"`
}

type Sync struct {
	Automated       bool `json:"automated"`
	Prune           bool `json:"prune"`
	SelfHeal        bool `json:"selfHeal"`
	CreateNamespace bool `json:"createNamespace"`
}

type SyncDifference struct {
	Automated *bool `json:"automated"`
	Prune     *bool `json:"prune"`
	SelfHeal  *bool `json:"selfHeal"`
}

// ToolRelease is the release of a tool that a spec names. Digest is "" where the tool has none.
type ToolRelease struct {
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

type Pipegen struct {
	Version   string            `json:"version"` // "": any
	Pins      string            `json:"pins"`
	Bot       string            `json:"bot"`
	SelfCheck bool              `json:"selfCheck"`
	Unmanaged map[string]string `json:"unmanaged"`
	// Tools are by name.
	Tools map[string]ToolRelease `json:"tools"`
}

// Criterion is a promise. A spec that has been loaded names exactly one kind.
type Criterion struct {
	Statement string
	// Of are images or workloads, and In environments; empty: all.
	Of, In []string
	Kinds  []Named[Promise] `json:",inline"`
}

// Promise is what the spec says of a kind. What the kind has no use for is zero.
type Promise struct {
	Within  Duration `json:"within"`
	AtLeast float64  `json:"atLeast"` // a percentage, or a number of pods
	Refuse  string   `json:"refuse"`
	From    string   `json:"from"`
	Path    string   `json:"path"` // "": the readiness path
	Status  int      `json:"status"`
	In      []string `json:"in"`
	By      string   `json:"by"`
	How     string   `json:"how"`

	Below     float64  `json:"below"` // in percent, as Quantile
	Quantile  float64  `json:"quantile"`
	Requests  int      `json:"requests"`  // 0: as many as make no chance of it
	PerMinute int      `json:"perMinute"` // 0: not known
	Over      Duration `json:"over"`      // 0: five minutes
	Alert     string   `json:"alert"`     // "": none
}

// Kind is the name of the one kind of a criterion of a loaded spec.
func (c Criterion) Kind() string { return c.Kinds[0].ID }

// Promise is what it says of that kind.
func (c Criterion) Promise() Promise { return c.Kinds[0].Value }

// Prometheus has the figures of requests.
type Prometheus struct {
	Address   string   `json:"address"`
	From      string   `json:"from"`
	Requests  string   `json:"requests"`
	Durations string   `json:"durations"`
	Failed    string   `json:"failed"` // "": as who counts says it
	Scrape    Duration `json:"scrape"`
	Namespace string   `json:"namespace"`
	Retention Duration `json:"retention"` // 0: not known
	// RuleLabels are those by which it selects its rules.
	RuleLabels map[string]string `json:"ruleLabels"`
	// Outside is nil where the spec does not say how workflows and people reach it.
	Outside *PrometheusAccess `json:"outside"`
}

// PrometheusAccess is how workflows and people reach Prometheus.
type PrometheusAccess struct {
	Address  string                         `json:"address"`
	Token    string                         `json:"token"`
	User     string                         `json:"user"`
	Password string                         `json:"password"`
	Labels   map[string]string              `json:"labels"`
	Clusters map[string]PrometheusOfCluster `json:"clusters"`
}

// PrometheusOfCluster is what differs for the figures of a cluster.
type PrometheusOfCluster struct {
	Address string            `json:"address"`
	Labels  map[string]string `json:"labels"`
}

// ByIstio is the word for requests that Istio counts.
const ByIstio = "istio"

type Component struct {
	Purpose string `json:"purpose"`
	Owner   string `json:"owner"`
}

type NonGoal struct {
	Statement string `json:"statement"`
	Guard     string `json:"guard"` // "": none
	Reason    string `json:"reason"`
}

// Duration is a time.Duration that is written in the spec as "1h30m", or as "30d" where it is about days. Zero means that the spec names none.
type Duration time.Duration

// UnmarshalText reads the spec's form of a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.Atoi(days)
		*d = Duration(n) * Duration(24*time.Hour)
		return err
	}
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

func (d Duration) String() string { return Short(time.Duration(d)) }

// Short writes a duration as the spec would: 10m, not 10m0s.
func Short(d time.Duration) string {
	s := d.String()
	if trimmed, ok := cutZero(s, "m0s"); ok {
		s = trimmed + "m"
	}
	if trimmed, ok := cutZero(s, "h0m"); ok {
		s = trimmed + "h"
	}
	return s
}

func cutZero(s, suffix string) (string, bool) {
	if len(s) > len(suffix) && s[len(s)-len(suffix):] == suffix {
		return s[:len(s)-len(suffix)], true
	}
	return s, false
}
