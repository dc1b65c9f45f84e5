package generate

// What the workflow downloads besides actions is pinned too: a pinned action does
// not pin what it fetches (W06). Each digest was found in several independent
// public projects, or in the tool's own release.
const (
	// KustomizeVersion is the release that Argo CD 3.5 renders with, so that CI and Argo CD produce the
	// same bytes (X30, K08).
	KustomizeVersion = "5.8.1"
	kustomizeSHA256  = "029a7f0f4e1932c52a0476cf02a0fd855c0bb85694b82c338fc648dcb53a819d"

	buildKitImage = "moby/buildkit:v0.33.1@sha256:cec9f139f45e93c5c69c60f8b07cfad9f43f4ef6b6a6cd917527fea5ff2e3dea"
	curlImage     = "curlimages/curl:8.18.0@sha256:d94d07ba9e7d6de898b6d96c1a072f6f8266c687af78a74f380087a0addf5d17"
	emulatorImage = "tonistiigi/binfmt:qemu-v10.2.3@sha256:400a4873b838d1b89194d982c45e5fb3cda4593fbfd7e08a02e76b03b21166f0"
	cosignRelease = "v3.0.6"
	// Releases 0.69.4 to 0.69.6 were malicious.
	trivyRelease = "v0.70.0"
	sbomScanner  = "docker/buildkit-syft-scanner:1.12.0@sha256:ae4f3b554449e7e25548e7d8ccc029d17357348e30c6e3df01b92bc93654d6a9"
)

// GoRelease is the release of Go that builds pipegen in a workflow.
const GoRelease = "1.26"
