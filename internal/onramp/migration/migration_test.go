package migration

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

func objects(text string) []*pipeline.Object {
	m := pipeline.Of([]*pipeline.File{
		pipeline.Parse(artifact.File{Root: artifact.GitOps, Path: "a/all.yaml", Content: []byte(text)}, "a/all.yaml"),
	}, nil)
	if len(m.Targets) == 0 {
		return nil
	}
	return m.Targets[0].Objects
}

const web = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {spec: {containers: [{name: web, image: 'web:1'}]}}}\n"

func TestCompare(t *testing.T) {
	claim := "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce]}\n"
	in := func(namespace string) string {
		return strings.Replace(claim, "name: data", "name: data, namespace: "+namespace, 1)
	}
	config := "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
	secret := "---\napiVersion: v1\nkind: Secret\nmetadata: {name: env-abcdefghk2}\n"
	service := "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP, selector: {app: web}, ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}\n"
	policy := "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: {podSelector: {}, egress: [{}]}\n"
	set := "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: db, volumeClaimTemplates: [{metadata: {name: data}}]}\n"
	labelled := strings.Replace(web, "template: {", "template: {metadata: {labels: {app: web}}, ", 1)
	for _, c := range []struct{ name, today, then, want string }{
		{"the same", web, web, "kept Deployment/web"},
		{"another tag", web, strings.Replace(web, "web:1", "web:2@sha256:0", 1), "kept Deployment/web"},
		{"another image", web, strings.Replace(web, "web:1", "shop:1", 1), "changed Deployment/web spec.template.spec.containers[web].image"},
		{"a figure", web, strings.Replace(web, "replicas: 2", "replicas: 3", 1), "changed Deployment/web spec.replicas"},
		{"a selector", web, strings.Replace(web, "app: web", "name: web", 1), "immutable! Deployment/web spec.selector.matchLabels.app spec.selector.matchLabels.name"},
		{"a wider selector", web, strings.Replace(web, "app: web", "app: web, a: b", 1), "immutable! Deployment/web spec.selector.matchLabels.a"},
		{"a lost claim", web + claim, web, "pruned! PersistentVolumeClaim/data, kept Deployment/web"},
		{"a lost file", web + config, web, "pruned ConfigMap/web, kept Deployment/web"},
		{"a new file", web, web + config, "added ConfigMap/web, kept Deployment/web"},
		{"another namespace", web + in("a"), web + in("b"), "pruned! PersistentVolumeClaim/data to b, added PersistentVolumeClaim/data, kept Deployment/web"},
		{"a namespace that is said", web, strings.Replace(web, "name: web}", "name: web, namespace: a}", 1), "kept Deployment/web"},
		{"another one", web, strings.Replace(web, "name: web}", "name: web, namespace: b}", 1), "pruned Deployment/web to b, added Deployment/web"},
		{"a container of another name", web, strings.Replace(web, "{name: web, image", "{name: shop, image", 1), "changed Deployment/web spec.template.spec.containers[web].name"},
		{"another hash", web + secret, web + strings.Replace(secret, "k2", "k4", 1), "pruned Secret/env-abcdefghk2, added Secret/env-abcdefghk4, kept Deployment/web"},
		{"a lost Secret", web + secret, web, "pruned! Secret/env-abcdefghk2, kept Deployment/web"},
		{"a Service", web + service, web + strings.Replace(service, "type: ClusterIP, ", "", 1), "kept Deployment/web, kept Service/web"},
		{"a Service that finds nothing", labelled + service, labelled + strings.Replace(service, "{app: web}", "{name: web}", 1), "changed Service/web without Deployment/web spec.selector.app, kept Deployment/web"},
		{"a policy", web + policy, web + strings.Replace(policy, "egress: [{}]", "egress: [{ports: [{port: 53}]}]", 1), "changed NetworkPolicy/web spec.egress[0], kept Deployment/web"},
		{"a StatefulSet as Kubernetes completes it", web + set, web + strings.Replace(set, "{metadata", "{apiVersion: v1, kind: PersistentVolumeClaim, metadata", 1), "changed StatefulSet/db, kept Deployment/web"},
		{"another order of pods", web + set, web + strings.Replace(set, "serviceName: db", "serviceName: db, podManagementPolicy: Parallel", 1), "immutable! StatefulSet/db spec.podManagementPolicy, kept Deployment/web"},
		{"another claim", web + claim, web + strings.Replace(claim, "Once", "Many", 1), "immutable! PersistentVolumeClaim/data spec.accessModes[0], kept Deployment/web"},
	} {
		var got []string
		for _, o := range Compare(Side{objects(c.today), "a"}, Side{objects(c.then), "a"}) {
			fate := string(o.Fate)
			if o.Fatal {
				fate += "!"
			}
			words := []string{fate, o.ID()}
			if o.To != "" {
				words = append(words, "to "+o.To)
			}
			if o.Selected != "" {
				words = append(words, "without "+o.Selected)
			}
			for _, f := range o.Fields {
				words = append(words, f.Path)
			}
			got = append(got, strings.Join(words, " "))
		}
		if fmt.Sprint(strings.Join(got, ", ")) != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, ", "), c.want)
		}
	}
}
