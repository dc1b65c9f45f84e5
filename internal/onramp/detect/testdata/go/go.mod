module example.org/ledger

go 1.26.0
