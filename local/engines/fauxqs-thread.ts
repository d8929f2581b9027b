import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { type BuildAppOptions, buildApp } from "fauxqs";
import type { FauxqsOptions } from "./fauxqs.ts";
import { rememberSent } from "./sent-messages.ts";

type Stores = NonNullable<BuildAppOptions["stores"]>;
type Kept = NonNullable<Stores["sqsStore"]["persistence"]>;

const { folder, port } = workerData as FauxqsOptions;

// put together here of its own parts: as it starts itself, it listens on every address
// of the machine, and forgets with its process what it has sent
const { SqsStore } = await part("sqs/sqsStore");
const { SnsStore } = await part("sns/snsStore");
const { S3Store } = await part("s3/s3Store");
const { PersistenceManager } = await part("persistence");
const stores: Stores = {
	sqsStore: new SqsStore(),
	snsStore: new SnsStore(),
	s3Store: new S3Store(),
};
const { sqsStore, snsStore, s3Store } = stores;
const kept: Kept = new PersistenceManager(folder);
// it would write a count of null, which its table refuses: a message let go is ready at once, and in the file when its time is up
kept.updateMessageReady = () => {};
const sent = rememberSent(join(folder, "fauxqs.db"));
const create = sqsStore.createQueue.bind(sqsStore);
sqsStore.createQueue = (...queue) => sent.follow(create(...queue));
// read before it is written to: storing a queue again would delete its messages
kept.load(sqsStore, snsStore, s3Store);
for (const store of [sqsStore, snsStore, s3Store, ...sqsStore.allQueues()])
	store.persistence = kept;

const app = buildApp({ logger: false, stores });
app.addHook("onClose", async () => {
	sent[Symbol.dispose]();
	kept.close();
});
await app.listen({ port, host: "127.0.0.1" });
parentPort?.once("message", () => app.close());
parentPort?.postMessage("listening");

/** A module of the package that it does not export. */
async function part(name: string) {
	return await import(
		new URL(`${name}.js`, import.meta.resolve("fauxqs")).href
	);
}
