package rules_test

const (
	roots    = "argocd/roots/booking.yaml"
	ofRoot   = "argocd/projects/booking-root.yaml"
	broughtA = "argocd/apps/booking/applications/booking-dev.yaml"
)

// rootMutations: what lets a root bring more than Applications, or take them away.
var rootMutations = []mutation{
	{rule: "a28", name: "it prunes", spec: three, file: roots, old: `prune: false`, new: "prune: true"},
	{rule: "a28", name: "it takes along what it brought", spec: three, file: roots, old: `(  # Without a finalizer)`, new: "  finalizers: [resources-finalizer.argocd.argoproj.io/foreground]\n${1}"},
	{rule: "a28", name: "the folder of another cluster", spec: apart, file: "argocd/eu/roots/orders.yaml", old: `path: argocd/eu`, new: "path: argocd/us"},
	{rule: "a28", name: "into the namespace of another Argo CD", spec: apart, file: "argocd/us/projects/orders-root.yaml", old: `(- server: .*\n    namespace: )delivery`, new: "${1}argocd"},
	{rule: "a29", name: "a root for another Argo CD", spec: apart, file: "argocd/us/roots/orders.yaml", old: `(name: orders-root\n  namespace: )delivery`, new: "${1}argocd"},
	{rule: "a28", name: "another project", spec: three, file: roots, old: `project: booking-root`, new: "project: booking"},
	{rule: "a28", name: "the root of another pipeline", spec: three, file: roots, old: `name: booking-root`, new: "name: rooms-root"},
	{rule: "a28", name: "into another cluster", spec: three, file: roots, old: `server: .*`, new: "server: https://other.example.org"},
	{rule: "a28", name: "a project for another namespace", spec: three, file: ofRoot, old: `(- server: .*\n    namespace: )argocd`, new: "${1}booking"},
	{rule: "a28", name: "projects too", spec: three, file: ofRoot, old: `    kind: Application\n`, new: "    kind: Application\n  - group: argoproj.io\n    kind: AppProject\n"},
	{rule: "a28", name: "objects of the whole cluster", spec: three, file: ofRoot, old: `clusterResourceWhitelist: \[\]`, new: "clusterResourceWhitelist: [{group: rbac.authorization.k8s.io, kind: ClusterRoleBinding}]"},
	{rule: "a28", name: "any kind", spec: three, file: ofRoot, old: `  namespaceResourceWhitelist:\n(.*\n)+`, new: ""},
	{rule: "a28", name: "an Application in its project", spec: three, file: broughtA, old: `project: booking`, new: "project: booking-root"},
	{rule: "a28", name: "gone with its file", spec: three, file: broughtA, old: `Prune=false,`, new: ""},
	{rule: "a28", name: "gone with the root", spec: three, file: broughtA, old: `,Delete=false`, new: ""},
	{rule: "a28", name: "in another namespace", spec: three, file: broughtA, old: `(name: booking-dev\n  namespace: )argocd`, new: "${1}apps"},
	{rule: "a28", name: "a project in the folder", spec: three, file: broughtA, old: `^`, new: "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: all, namespace: argocd}\nspec: {sourceRepos: ['*']}\n---\n"},
	{rule: "a28", name: "something that is not Argo CD's", spec: three, file: broughtA, old: `^`, new: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all, namespace: argocd}\n---\n"},
	{rule: "a28", name: "another folder", spec: three, file: roots, old: `path: .*`, new: "path: argocd/apps"},
	{rule: "x14", name: "the root reads another address", spec: three, file: roots, old: `repoURL: .*`, new: "repoURL: https://github.com/example/booking-deployments.git"},
	{rule: "x31", name: "the root is applied first", spec: three, file: "booking/README.md", old: `first deploy`, new: "next deploy"},
}
