import { deflateSync, inflateSync } from "node:zlib";
import { maxMessageBytes } from "./event.ts";

/** What an item's other attributes say of its message already. */
export interface Known {
	pk: string;
	id: string;
	type: string;
	via: string;
	at: string;
}

/** A message as it is stored: compressed, with what is known of it beside it as the dictionary, so that nothing is stored twice. */
export function pack(message: string, known: Known): Uint8Array {
	const dictionary = dictionaryOf(known, words);
	// as much memory as both need: by itself zlib takes 268 KB for every message
	const bits = 32 - Math.clz32(dictionary.length + message.length);
	const windowBits = Math.min(bits, 15);
	const memLevel = windowBits - 7;
	const chunkSize = 2 ** windowBits;
	return deflateSync(message, { dictionary, windowBits, memLevel, chunkSize });
}

/** Throws where the envelope does not belong to these attributes, or holds more than a message can. */
export function unpack(envelope: Uint8Array, known: Known): string {
	try {
		return inflate(envelope, dictionaryOf(known, words));
	} catch (error) {
		// it may have been made before there were any
		if (!/bad dictionary/i.test(String(error))) throw error;
		return inflate(envelope, dictionaryOf(known, ""));
	}
}

function inflate(envelope: Uint8Array, dictionary: Uint8Array): string {
	const bytes = inflateSync(envelope, {
		dictionary,
		// as the envelope says
		windowBits: 0,
		chunkSize: 4096,
		maxOutputLength: maxMessageBytes,
	});
	return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** What webhooks say again and again, the likeliest last; compression finds it, whole or in pieces, whatever stands between. Never changes, as below. */
const words =
	'"FirstName":"","LastName":"","Email":"","Category":"","Code":"","Discontinued":false,"Tags":[],"Variants":[{"Void":"No","Gross":0,"Sales":0,"Payments":[{"DueDate":"0001-01-01T00:00:00","ID":"","InvoiceID":"","Outlet":"","Number":"","Amount":0,"Method":"Cash","Creator":"","Total":0,"Balance_Due":0,"Due_Date":"20","Invoice_Number":"","Account_Number":"","Bill_To_Name":"","Bill_To_Address":"","Bill_To_Vat_Number":"","Cashback":0,"Created":"20","Currency_Code":"USD","Payment_Terms":"","Phone_Number":"","Pages":"1","Is_Duplicate":0,"Notes":"","Subtotal":0,"Tax_Lines":[],"Tip":0,"PO_Number":"","Vendor_Raw_Name":"","Vendor_Address":"","Vendor_Email":"","Vendor_City":"","Vendor_Country":"","Vendor_Zipcode":"","Raw_Text":"","All_Email_Addresses":"","Document_Type":"Invoice","Line_Items":[{"Line":1,"SKU":"","Date":"","Order":0,"Reference":"","Description":"","QTY":1,"Unit":"","Tax":0,"Tax_Rate":0,"Type":"service","Price":0,"Discount":0,"Amount":0},"DOCUMENT.STATUS_UPDATED","DOCUMENT.RECEIVED","DOCUMENT.DELIVERED","ACCEPTED","document_id":"","endpoint_id":"KHUID"eventId":"","eventType":"INVOICE_STATUS_CHANGED","eventType":"DOCUMENT_STATUS_CHANGED","occurredAt":"20","documentId":"","externalStatus":"APPROVED","externalStatus":null,"currentStatus":"OK","flowDetail":"VERIFACTU"},"session_date_range":{"from_date":"","to_date":""},"insights_available":true,"accounts":[{"name":"XXXXXXXXX","account_category":"individual","account_id":"","account_number":"XXXXXXXXXXXX","bank_name":"","created_at":"20","months":["20"],"statements":[{"statement_id":"","statement_status":"completed","source":"pdf","statement_date_range":{"missing_data":[],"error_code":null,"error_message":null},"error_code":"","error_message":"","account_status":"completed","attempt_types":["PDF"]}],"event_name":"ENRICHMENT_NOTIFICATION","SESSION_EXPIRY_NOTIFICATION","SESSION_REQUIREMENT_COMPLETION_NOTIFICATION","message":"Session Expired","message":"Upload Completed","message":"success","type":"","data":{"status":"success","session_id":"","entity_id":"","statement_id":"","link_id":"","progress":"failed","progress":"completed","reason":""}';

/** Never changes, whatever becomes of messages: an envelope can be read with the very dictionary it was made with, and no other. */
function dictionaryOf(known: Known, words: string): Uint8Array {
	const { pk, id, type, via, at } = known;
	const [provider] = type.split(".");
	return Buffer.from(
		`${words}{"specversion":"1.0","id":"${id}","source":"/providers/${provider}","type":"${type}","subject":"","time":"${at}","datacontenttype":"application/json","dataschema":"urn:billhook:schema:${type}","recordedtime":"${at}","partitionkey":"${pk}","lane":"","sequence":"00-000000000001","traceparent":"00-01","via":"${via}","data":{"`,
	);
}
