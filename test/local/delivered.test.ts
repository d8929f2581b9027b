import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { type LocalCloud, openLocalCloud } from "../../local/cloud.ts";
import { openDynamoDb } from "../../local/engines/dynamodb.ts";
import {
	forgetPassed,
	knownVersion,
} from "../../local/engines/dynoxide-stream.ts";
import { dynoxideVersion } from "../../local/engines/engine.ts";
import { openTable } from "../../local/engines/tables.ts";
import { drain } from "../support/drain.ts";
import { temporaryFolder, writeAssembly } from "../support/local-app.ts";
import { tinyApp } from "../support/local-inbox.ts";

let folder: ReturnType<typeof temporaryFolder>;
let data: string;
let file: string;
beforeEach(() => {
	folder = temporaryFolder();
	data = join(folder.path, "data");
	file = join(data, "dynamodb", "dynoxide", "dynoxide.sqlite");
});
afterEach(() => folder[Symbol.dispose]());

function start(): Promise<LocalCloud> {
	const assembly = writeAssembly(folder.path, tinyApp());
	return openLocalCloud({ data, port: 0, assembly, dynamodb: "dynoxide" });
}

async function post({ addresses }: LocalCloud, body: string): Promise<void> {
	const response = await fetch(addresses.providers.tiny?.webhook ?? "", {
		method: "POST",
		headers: { "content-type": "text/plain" },
		body,
	});
	expect(response.status).toBe(200);
}

function take({ addresses }: LocalCloud, wanted: string[]): Promise<string[]> {
	const { endpoints, providers } = addresses;
	const QueueUrl = providers.tiny?.queueUrl ?? "";
	return drain({ endpoint: endpoints.sqs, QueueUrl }, wanted);
}

/** The numbers of the records that the engine's file holds of the inbox's stream. */
function kept(): number[] {
	using database = new DatabaseSync(file);
	return database
		.prepare("SELECT sequence_number FROM _stream_records ORDER BY id")
		.all()
		.map(({ sequence_number }) => Number(sequence_number));
}

/** A file with so many records of a stream, as the engine leaves it. */
async function fill(count: number) {
	{
		await using engine = await openDynamoDb({
			engine: "dynoxide",
			folder: dirname(file),
		});
		const client = new DynamoDBClient({
			region: "us-east-1",
			credentials: { accessKeyId: "local", secretAccessKey: "local" },
			endpoint: engine.endpoint,
		});
		const TableName = "inbox";
		await openTable(client, { ...inject("tables").inbox, ref: TableName });
		const Item = { pk: { S: "first" }, sk: { S: "first" } };
		await client.send(new PutItemCommand({ TableName, Item }));
		client.destroy();
	}
	using database = new DatabaseSync(file);
	database.exec(`
		WITH RECURSIVE numbers (number) AS
			(SELECT 2 UNION ALL SELECT number + 1 FROM numbers WHERE number < ${count})
		INSERT INTO _stream_records
			(table_name, event_name, keys_json, new_image, sequence_number, shard_id, created_at)
		SELECT table_name, event_name, keys_json, new_image, number, shard_id, created_at
		FROM _stream_records, numbers WHERE sequence_number = '1'`);
	const row = database
		.prepare(
			"SELECT shard_id, table_name, stream_label FROM _stream_records JOIN _tables USING (table_name)",
		)
		.get();
	return (after: number) => ({
		streamArn: `arn:aws:dynamodb:dynoxide:000000000000:table/${row?.table_name}/stream/${row?.stream_label}`,
		shard: String(row?.shard_id),
		after: String(after),
	});
}

test("the next start forgets what was delivered, and numbers on where it was", async () => {
	const first = ["a", "b", "c", "d"];
	{
		await using cloud = await start();
		for (const body of first) await post(cloud, body);
		await take(cloud, first);
	}
	expect(kept()).toEqual([1, 2, 3, 4]);
	await using cloud = await start();
	expect(kept()).toEqual([4]);
	await post(cloud, "e");
	expect(await take(cloud, ["e"])).toEqual(["e"]);
	expect(kept()).toEqual([4, 5]);
});

test("what was not delivered is still there", async () => {
	const passed = await fill(20);
	expect(forgetPassed(file, knownVersion, [passed(12)])).toBeUndefined();
	expect(kept()).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20]);
	const other = { ...passed(20), shard: "another" };
	const former = passed(20);
	former.streamArn = former.streamArn.replace(/[^/]+$/, "an-earlier-stream");
	forgetPassed(file, knownVersion, [other, former]);
	expect(kept()).toHaveLength(9);
});

test("it is the version that is installed whose file is known", () => {
	expect(dynoxideVersion()).toBe(knownVersion);
});

test("another version, and other columns, are left alone and said", async () => {
	const passed = await fill(3);
	expect(forgetPassed(file, "1.3.0", [passed(3)])).toBe(
		"the stream's layout is known of Dynoxide 1.2.1, not of 1.3.0",
	);
	{
		using database = new DatabaseSync(file);
		database.exec("ALTER TABLE _stream_records ADD COLUMN newer TEXT");
	}
	expect(forgetPassed(file, knownVersion, [passed(3)])).toMatch(
		/^the stream's columns are id, .*, newer$/,
	);
	expect(kept()).toEqual([1, 2, 3]);
});

test("a kill in between leaves either all or what was not delivered", async () => {
	const [count, last] = [30_000, 29_990];
	const passed = await fill(count);
	const script = `
		import { forgetPassed } from ${JSON.stringify(join(import.meta.dirname, "../../local/engines/dynoxide-stream.ts"))};
		process.stdout.write("begun");
		forgetPassed(${JSON.stringify(file)}, "${knownVersion}", [${JSON.stringify(passed(last))}]);`;
	for (const pauseMs of [0, 10, 30, 60, 120]) {
		const child = spawn(
			process.execPath,
			["--input-type=module", "--eval", script],
			{ stdio: ["ignore", "pipe", "inherit"] },
		);
		// it may be done before it is killed
		const gone = once(child, "exit");
		await once(child.stdout, "data");
		await delay(pauseMs);
		child.kill("SIGKILL");
		await gone;
		const there = kept();
		expect([count, count - last + 1]).toContain(there.length);
		expect(there.at(-1)).toBe(count);
	}
});
