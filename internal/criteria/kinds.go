package criteria

// kinds is the table, in the order of the schema.
var kinds = []Kind{
	triggered,
	tests,
	coverage,
	published,
	scanned,
	signed,
	attested,
	deploysSigned,
	synced,
	ready,
	endpoint,
	rollback,
	logs,
	zeroDowntime,
	replicas,
	failures,
	latency,
	available,
	manual,
}
