// The two ends of a test of our PC/SC client: a card in vpcd that misbehaves as told, and a client that says how long it took.
runProbe()
