import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

export interface Queued {
	id: string;
	group: string;
	body: string;
}

interface Asked {
	ReceiptHandle?: string;
	Entries?: { Id: string; ReceiptHandle: string }[];
}

/** Just enough of SQS to hand out one batch with several messages of a group, as the real one does; ours hands out one of each. */
export async function openBatch(messages: readonly Queued[]) {
	const deleted: string[] = [];
	let asked = 0;
	const askedAgain = Promise.withResolvers<void>();
	const answers: Record<string, (asked: Asked) => object> = {
		ReceiveMessage() {
			asked++;
			if (asked > 1) askedAgain.resolve();
			return asked > 1 ? {} : { Messages: messages.map(received) };
		},
		DeleteMessage({ ReceiptHandle = "" }) {
			deleted.push(ReceiptHandle);
			return {};
		},
		DeleteMessageBatch({ Entries = [] }) {
			deleted.push(...Entries.map(({ ReceiptHandle }) => ReceiptHandle));
			return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
		},
	};
	const server = createServer(async (request, response) => {
		const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
		const answer = answers[action]?.((await json(request)) as Asked);
		response.setHeader("content-type", "application/x-amz-json-1.0");
		response.writeHead(answer ? 200 : 400).end(JSON.stringify(answer ?? {}));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	const port = typeof address === "object" ? address?.port : 0;
	return {
		url: `http://127.0.0.1:${port}`,
		deleted,
		/** the batch has been worked off */
		askedAgain: askedAgain.promise,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function received({ id, group, body }: Queued) {
	return {
		MessageId: id,
		ReceiptHandle: id,
		Body: body,
		MD5OfBody: createHash("md5").update(body).digest("hex"),
		Attributes: { MessageGroupId: group },
	};
}
