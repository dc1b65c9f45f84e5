// A module of its own: the product's go.mod must know neither Kubernetes nor Argo CD.
module github.com/pipegen/pipegen/e2e/cluster

go 1.26.0

require sigs.k8s.io/yaml v1.6.0

require go.yaml.in/yaml/v2 v2.4.2 // indirect
