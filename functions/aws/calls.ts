import type {
	AttributeValue,
	DeleteItemInput,
	DeleteItemOutput,
	GetItemInput,
	GetItemOutput,
	PutItemInput,
	PutItemOutput,
	QueryInput,
	QueryOutput,
	UpdateItemInput,
	UpdateItemOutput,
} from "@aws-sdk/client-dynamodb";

/** As DynamoDB has an item, or a part of one. */
export type Attributes = Record<string, AttributeValue>;

/** One attempt each, until the signal; what goes wrong is an error with the name that AWS gave it. The SDK does so, and our own client. */
export interface DynamoDb {
	getItem(input: GetItemInput, signal: AbortSignal): Promise<GetItemOutput>;
	putItem(input: PutItemInput, signal: AbortSignal): Promise<PutItemOutput>;
	updateItem(
		input: UpdateItemInput,
		signal: AbortSignal,
	): Promise<UpdateItemOutput>;
	deleteItem(
		input: DeleteItemInput,
		signal: AbortSignal,
	): Promise<DeleteItemOutput>;
	query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
}

export interface Place {
	bucket: string;
	/** of letters, digits and `-_./` */
	key: string;
}

/** One attempt each, as above. */
export interface S3 {
	putObject(
		object: Place & { body: string | Uint8Array },
		signal: AbortSignal,
	): Promise<void>;
	getObject(place: Place, signal: AbortSignal): Promise<Uint8Array>;
}

/** One attempt to read a secret's text. */
export type GetSecret = (
	secret: string,
	signal: AbortSignal,
) => Promise<string>;
