import {
	CreateQueueCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openQueue } from "../../functions/aws/queue.ts";
import type { Message } from "../../functions/queue/message.ts";
import {
	type Fault,
	openWire,
	type Passing,
	type Wire,
} from "../support/wire.ts";

let fauxqs: FauxqsServer;
let wire: Wire;
let sqs: SQSClient;
let choose: (request: Passing) => Fault | undefined;
let made = 0;

beforeAll(async () => {
	fauxqs = await startFauxqs({ port: 0, logger: false });
	wire = await openWire(`http://127.0.0.1:${fauxqs.port}`, (request) =>
		choose(request),
	);
	Object.assign(process.env, {
		AWS_REGION: "us-east-1",
		AWS_ACCESS_KEY_ID: "local",
		AWS_SECRET_ACCESS_KEY: "local",
		AWS_ENDPOINT_URL_SQS: wire.endpoint,
	});
	sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
});

afterEach(() => {
	choose = () => undefined;
	wire.passed.length = 0;
});

afterAll(async () => {
	sqs.destroy();
	await wire[Symbol.asyncDispose]();
	await fauxqs.stop();
});

const patient = () => AbortSignal.timeout(30_000);

async function makeQueue(maxBytes = 1024 * 1024): Promise<string> {
	choose = () => undefined;
	const { QueueUrl = "" } = await sqs.send(
		new CreateQueueCommand({
			QueueName: `queue-${++made}.fifo`,
			Attributes: {
				FifoQueue: "true",
				DeduplicationScope: "messageGroup",
				FifoThroughputLimit: "perMessageGroupId",
				MaximumMessageSize: String(maxBytes),
			},
		}),
	);
	wire.passed.length = 0;
	return QueueUrl;
}

function message(id: string, body = `{"id":"${id}"}`): Message {
	const attributes = { type: "finbox.extraction.completed", via: "webhook" };
	return { id, group: `group-${id}`, deduplication: id, body, attributes };
}

const three = ["a", "b", "c"].map((id) => message(id));

async function receive(QueueUrl: string) {
	choose = () => undefined;
	const { Messages = [] } = await sqs.send(
		new ReceiveMessageCommand({
			QueueUrl,
			MaxNumberOfMessages: 10,
			MessageAttributeNames: ["All"],
			MessageSystemAttributeNames: ["All"],
		}),
	);
	return Messages;
}

test("a consumer receives body, group, deduplication id, type and via as sent", async () => {
	const url = await makeQueue();
	const body = '{ "id": "a", "data": { "amount": 12345678901234567890.10 } }';
	const answers = await openQueue({ url }).send(
		[message("a", body)],
		patient(),
	);
	expect(answers).toEqual([{ outcome: "sent" }]);
	const [received] = await receive(url);
	expect(received?.Body).toBe(body);
	expect(received?.Attributes).toMatchObject({
		MessageGroupId: "group-a",
		MessageDeduplicationId: "a",
	});
	expect(received?.MessageAttributes).toMatchObject({
		type: { DataType: "String", StringValue: "finbox.extraction.completed" },
		via: { DataType: "String", StringValue: "webhook" },
	});
});

const passing: Record<string, Fault> = {
	"500": { status: 500, code: "InternalFailure" },
	"500 without a word": { status: 500 },
	"502 in HTML": { status: 502, text: "<html>Bad Gateway</html>" },
	"503": { status: 503, code: "ServiceUnavailable" },
	"throttled queue": { status: 400, code: "RequestThrottled" },
	"throttled account": { status: 400, code: "ThrottlingException" },
	"throttled key": { status: 400, code: "KmsThrottled" },
	"429": { status: 429, code: "Whatever" },
	"expired credentials": { status: 403, code: "ExpiredTokenException" },
	"credentials nobody knows": {
		status: 403,
		code: "UnrecognizedClientException",
	},
	"wrong clock": { status: 403, code: "InvalidSignatureException" },
	"not allowed": { status: 403, code: "AccessDeniedException" },
	"not allowed, the older way": { status: 403, code: "AccessDenied" },
	"not over TLS": { status: 403, code: "InvalidSecurity" },
	"no such queue": {
		status: 400,
		code: "com.amazonaws.sqs#QueueDoesNotExist",
	},
	"key disabled": { status: 400, code: "com.amazonaws.sqs#KmsDisabled" },
	"key not allowed": { status: 400, code: "KmsAccessDenied" },
	"403 in HTML, from somebody between": { status: 403, text: "<html></html>" },
	"403 without a word": { status: 403 },
	"400 that names nothing": { status: 400, text: "{}" },
	"200 in HTML": { status: 200, text: "<html></html>" },
	"200 that says nothing": { status: 200, text: "{}" },
	"connection reset": "reset",
	"answer lost": "lost",
	"no answer": "hang",
	"half an answer": "stall",
};

test.each(Object.keys(passing))("passes: %s", async (name) => {
	const url = await makeQueue();
	choose = () => passing[name];
	const answers = await openQueue({ url, requestMs: 200 }).send(
		three,
		patient(),
	);
	expect(answers.map(({ outcome }) => outcome)).toEqual([
		"passing",
		"passing",
		"passing",
	]);
	expect(wire.passed).toHaveLength(1);
});

const refused: Record<string, Fault> = {
	"not supported": { status: 400, code: "UnsupportedOperation" },
	"a code of tomorrow": { status: 400, code: "NeverSeenBefore" },
};

test.each(Object.keys(refused))("refused for good: %s", async (name) => {
	const url = await makeQueue();
	choose = () => refused[name];
	const answers = await openQueue({ url }).send(three, patient());
	expect(answers.map(({ outcome }) => outcome)).toEqual([
		"refused",
		"refused",
		"refused",
	]);
});

test("a queue that is gone is waited for: a person can make it again", async () => {
	const url = await makeQueue();
	const answers = await openQueue({ url: `${url}.gone` }).send(
		three,
		patient(),
	);
	expect(answers).toEqual(
		three.map(() =>
			expect.objectContaining({
				outcome: "passing",
				reason: "QueueDoesNotExist",
			}),
		),
	);
});

test.each([
	["InvalidMessageContents", true, "refused"],
	["InvalidParameterValue", true, "refused"],
	["AccessDenied", true, "passing"],
	["KMS.DisabledException", true, "passing"],
	["KMS.NeverSeenBefore", true, "passing"],
	["KMS.ThrottlingException", true, "passing"],
	["AWS.SimpleQueueService.RequestThrottled", true, "passing"],
	["InternalError", false, "passing"],
	["InternalError", true, "passing"],
	["ServiceUnavailable", false, "passing"],
	["NeverSeenBefore", true, "refused"],
	["NeverSeenBefore", false, "passing"],
])(
	"one message's %s, sender's fault %s, is %s and the others are sent",
	async (code, senderFault, outcome) => {
		const url = await makeQueue();
		choose = () => ({ entries: { b: { code, senderFault } } });
		const answers = await openQueue({ url }).send(three, patient());
		expect(answers).toMatchObject([
			{ outcome: "sent" },
			{ outcome, reason: code },
			{ outcome: "sent" },
		]);
		expect((await receive(url)).map(({ Body }) => Body)).toEqual([
			'{"id":"a"}',
			'{"id":"c"}',
		]);
	},
);

test("a message too large for the queue spoils nothing but itself", async () => {
	const url = await makeQueue(2048);
	const large = message("b", `"${"x".repeat(4096)}"`);
	const answers = await openQueue({ url }).send(
		[message("a"), large, message("c")],
		patient(),
	);
	expect(answers.map(({ outcome }) => outcome)).toEqual([
		"sent",
		"refused",
		"sent",
	]);
});

test("a message that spoils its whole request spoils it only for itself", async () => {
	const url = await makeQueue();
	choose = ({ ids }) =>
		ids.includes("b")
			? { status: 400, code: "com.amazonaws.sqs#BatchRequestTooLong" }
			: undefined;
	const answers = await openQueue({ url }).send(three, patient());
	expect(answers.map(({ outcome }) => outcome)).toEqual([
		"sent",
		"refused",
		"sent",
	]);
	expect(await receive(url)).toHaveLength(2);
});

test("gives up the moment its signal says so", async () => {
	const url = await makeQueue();
	const controller = new AbortController();
	choose = () => {
		controller.abort();
		return "hang";
	};
	const answers = await openQueue({ url }).send(three, controller.signal);
	expect(answers.map(({ outcome }) => outcome)).toEqual([
		"passing",
		"passing",
		"passing",
	]);
});
