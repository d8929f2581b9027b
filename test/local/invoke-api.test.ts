import {
	InvokeCommand,
	LambdaClient,
	ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../local/engines/port.ts";
import {
	type InvokeApi,
	openInvokeApi,
} from "../../local/lambda/invoke-api.ts";

const arn = "arn:aws:lambda:us-east-1:000000000000:function:echo";
let api: InvokeApi;
let lambda: LambdaClient;

beforeAll(async () => {
	api = await openInvokeApi({
		port: await freePort(),
		find: (target) => ([arn, "echo"].includes(target) ? "echo" : undefined),
		invoke: async (name, event) =>
			(event as { fail?: boolean }).fail
				? { error: { errorType: "TypeError", errorMessage: "no" } }
				: { payload: JSON.stringify({ name, event }) },
	});
	lambda = new LambdaClient({
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		endpoint: api.endpoint,
		maxAttempts: 1,
	});
});
afterAll(async () => {
	lambda.destroy();
	await api[Symbol.asyncDispose]();
});

async function invoke(FunctionName: string, Payload?: string) {
	const answer = await lambda.send(
		new InvokeCommand({ FunctionName, Payload }),
	);
	return {
		error: answer.FunctionError,
		payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString()),
	};
}

describe("Lambda's Invoke, locally,", () => {
	test.each([["echo"], [arn]])("answers for %s", async (name) => {
		expect(await invoke(name, '{"a":1}')).toEqual({
			error: undefined,
			payload: { name: "echo", event: { a: 1 } },
		});
	});

	test("says that the function failed, and of what", async () => {
		expect(await invoke("echo", '{"fail":true}')).toEqual({
			error: "Unhandled",
			payload: { errorType: "TypeError", errorMessage: "no" },
		});
	});

	test("knows no other function, and takes nothing but JSON", async () => {
		await expect(invoke("other")).rejects.toThrow(ResourceNotFoundException);
		await expect(invoke("echo", "{")).rejects.toMatchObject({
			name: "InvalidRequestContentException",
		});
	});
});
