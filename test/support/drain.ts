import {
	DeleteMessageCommand,
	ReceiveMessageCommand,
	SQSClient,
} from "@aws-sdk/client-sqs";

/** The bodies of all messages of a local queue, once there is one for each that is wanted. */
export async function drain(
	{ endpoint, QueueUrl }: { endpoint: string; QueueUrl: string },
	wanted: readonly string[],
	nameOf: (body: string) => string = (body) => body,
): Promise<string[]> {
	const sqs = new SQSClient({
		region: "us-east-1",
		credentials: { accessKeyId: "local", secretAccessKey: "local" },
		endpoint,
	});
	const missing = new Set(wanted);
	const names: string[] = [];
	for (;;) {
		const { Messages = [] } = await sqs.send(
			new ReceiveMessageCommand({
				QueueUrl,
				MaxNumberOfMessages: 10,
				WaitTimeSeconds: missing.size > 0 ? 20 : 1,
			}),
		);
		if (Messages.length === 0) break;
		for (const { Body = "", ReceiptHandle } of Messages) {
			names.push(nameOf(Body));
			missing.delete(nameOf(Body));
			await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
		}
	}
	sqs.destroy();
	return names;
}
