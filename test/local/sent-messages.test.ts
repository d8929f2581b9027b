import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	CreateQueueCommand,
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SendMessageBatchCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Fauxqs, openFauxqs } from "../../local/engines/fauxqs.ts";
import { temporaryFolder } from "../support/local-app.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
	folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function openQueue({ endpoint }: Fauxqs) {
	const sqs = new SQSClient({
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		endpoint,
		maxAttempts: 1,
	});
	const { QueueUrl } = await sqs.send(
		new CreateQueueCommand({
			QueueName: "queue.fifo",
			Attributes: { FifoQueue: "true" },
		}),
	);
	return {
		/** answers which were taken */
		async send(ids: readonly string[], body = "body"): Promise<string[]> {
			const { Successful = [] } = await sqs.send(
				new SendMessageBatchCommand({
					QueueUrl,
					Entries: ids.map((id) => ({
						Id: id,
						MessageBody: `${id} ${body}`,
						MessageGroupId: id,
						MessageDeduplicationId: id,
					})),
				}),
			);
			return Successful.map(({ Id = "" }) => Id);
		},
		/** the ids of all that is there, taken off */
		async drain(): Promise<string[]> {
			const ids: string[] = [];
			for (;;) {
				const { Messages = [] } = await sqs.send(
					new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
				);
				if (Messages.length === 0) return ids;
				for (const { Body = "", ReceiptHandle } of Messages) {
					ids.push(Body.split(" ")[0] ?? "");
					await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
				}
			}
		},
		[Symbol.dispose]: () => sqs.destroy(),
	};
}

test("a message that was taken is not taken again after a restart, read meanwhile or not", async () => {
	{
		await using fauxqs = await openFauxqs({ folder: folder.path });
		using queue = await openQueue(fauxqs);
		await queue.send(["read"]);
		expect(await queue.drain()).toEqual(["read"]);
		await queue.send(["unread"]);
	}
	await using fauxqs = await openFauxqs({ folder: folder.path });
	using queue = await openQueue(fauxqs);
	const ids = ["read", "unread", "new"];
	expect(await queue.send(ids)).toEqual(ids);
	expect((await queue.drain()).sort()).toEqual(["new", "unread"]);
});

test.skipIf(!canMount())(
	"what a full disk refused is taken when there is room again, and once",
	async () => {
		mountSmallDisk(folder.path);
		try {
			const ballast = join(folder.path, "ballast");
			writeFileSync(ballast, Buffer.alloc(8_000_000));
			await using fauxqs = await openFauxqs({ folder: folder.path });
			using queue = await openQueue(fauxqs);
			const body = "x".repeat(100_000);
			const taken: string[] = [];
			let refused: string[] = [];
			while (refused.length === 0) {
				const id = String(taken.length);
				taken.push(...(await queue.send([id], body).catch(() => [])));
				if (!taken.includes(id)) refused = [id];
			}
			rmSync(ballast);
			expect(await queue.send(refused, body)).toEqual(refused);
			expect(await queue.send(refused, body)).toEqual(refused);
			expect((await queue.drain()).sort()).toEqual(
				[...taken, ...refused].sort(),
			);
		} finally {
			execFileSync("umount", ["-l", folder.path]);
		}
	},
);

function canMount(): boolean {
	using tried = temporaryFolder();
	try {
		mountSmallDisk(tried.path);
		execFileSync("umount", [tried.path], { stdio: "ignore" });
		return true;
	} catch {
		// only root may
		return false;
	}
}

function mountSmallDisk(path: string): void {
	const size = ["-t", "tmpfs", "-o", "size=16m", "tmpfs"];
	execFileSync("mount", [...size, path], { stdio: "ignore" });
}
