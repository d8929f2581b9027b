import type { _Record, AttributeValue } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, AttributeValue as Plain } from "aws-lambda";

/** A record of a stream as Lambda hands it to a function: bytes in base64, times in seconds. */
export function toEventRecord(
	record: _Record,
	{ streamArn, region }: { streamArn: string; region: string },
): DynamoDBRecord {
	const { dynamodb: change = {} } = record;
	const { Keys, NewImage, OldImage } = change;
	const images = { Keys, NewImage, OldImage };
	return {
		eventID: record.eventID,
		eventName: record.eventName,
		eventVersion: record.eventVersion,
		eventSource: "aws:dynamodb",
		awsRegion: region,
		...(record.userIdentity && {
			userIdentity: {
				type: record.userIdentity.Type,
				principalId: record.userIdentity.PrincipalId,
			},
		}),
		dynamodb: {
			ApproximateCreationDateTime: arrivedAt(record).getTime() / 1000,
			...Object.fromEntries(
				Object.entries(images)
					.filter(([, image]) => image !== undefined)
					.map(([name, image]) => [name, plainImage(image ?? {})]),
			),
			SequenceNumber: change.SequenceNumber,
			SizeBytes: change.SizeBytes,
			StreamViewType: change.StreamViewType,
		},
		eventSourceARN: streamArn,
	};
}

export function arrivedAt(record: _Record): Date {
	return record.dynamodb?.ApproximateCreationDateTime ?? new Date(0);
}

function plainImage(
	image: Readonly<Record<string, AttributeValue>>,
): Record<string, Plain> {
	return Object.fromEntries(
		Object.entries(image).map(([name, value]) => [name, plain(value)]),
	);
}

function plain(value: AttributeValue): Plain {
	if (value.B) return { B: base64(value.B) };
	if (value.BS) return { BS: value.BS.map(base64) };
	if (value.L) return { L: value.L.map(plain) };
	if (value.M) return { M: plainImage(value.M) };
	return value as Plain;
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64");
}
