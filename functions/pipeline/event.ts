/** Which of the two doors an event came through. */
export type Via = "webhook" | "poll";

/** CloudEvents 1.0 in JSON, with the extension attributes that Billhook uses. */
export interface CloudEvent<Type extends string = string, Body = unknown> {
	specversion: "1.0";
	id: string;
	source: string;
	type: Type;
	subject: string;
	time: string;
	datacontenttype: "application/json";
	dataschema: string;
	recordedtime: string;
	partitionkey: string;
	sequence?: string;
	via: Via;
	replay?: string;
	dataref?: string;
	data?: Body;
}
