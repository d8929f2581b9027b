/**
 * What each vendor's bodies say again and again, as its documents spell it: an envelope need not store it. None of
 * these texts ever changes, for envelopes that are stored already can be read by no other; a provider without one may
 * get one.
 */
export const vocabulary: Readonly<Record<string, string>> = {
	caminvoice:
		'"type":"DOCUMENT.STATUS_UPDATED","ENTITY.REVOKED","DOCUMENT.RECEIVED","DOCUMENT.DELIVERED","status":"ACCEPTED","REJECTED","document_id":"","endpoint_id":"KHUID',
	dealpos:
		'"FirstName":"","LastName":"","Email":"","Variants":[{"Category":"","Code":"","Name":"","Price":0,"Quantity":0,"Discontinued":false,"Tags":[],"Void":"No","DueDate":"T00:00:00","Gross":0,"Sales":0,"Payments":[{"ID":"","InvoiceID":"","Outlet":"","Number":"","Amount":0,"Method":"Cash","Date":"20","Created":"20","Creator":"',
	finbox:
		'"session_date_range":{"from_date":"","to_date":""},"insights_available":true,"accounts":[{"name":"XXXXXXXXX","account_category":"individual","account_id":"","account_number":"XXXXXXXXXXXX","bank_name":"","created_at":"20","months":["20","statements":[{"statement_id":"","statement_status":"completed","error_code":null,"error_message":null,"source":"pdf","statement_date_range":{"from_date":"","to_date":""}}],"missing_data":[]},"error_code":"","error_message":"","account_status":"completed","attempt_types":["PDF"]}],"event_name":"ENRICHMENT_NOTIFICATION","SESSION_EXPIRY_NOTIFICATION","message":"Session Expired","SESSION_REQUIREMENT_COMPLETION_NOTIFICATION","message":"Upload Completed","session_id":"","entity_id":"","statement_id":"","link_id":"","progress":"failed","progress":"completed","reason":""}',
	marosa:
		'"eventId":"","eventType":"INVOICE_STATUS_CHANGED","eventType":"DOCUMENT_STATUS_CHANGED","occurredAt":"20","documentId":"","externalStatus":null,"externalStatus":"APPROVED","currentStatus":"CREATED","currentStatus":"OK","flowDetail":"VERIFACTU"}',
	photon:
		'"Total":0,"Balance_Due":0,"Date":"20","Category":"","Invoice_Number":"","Account_Number":"","Bill_To_Name":"","Bill_To_Address":"","Bill_To_Vat_Number":"","Cashback":0,"Created":"20","Currency_Code":"USD","Discount":0,"Due_Date":"20","Payment_Terms":"","Phone_Number":"","Pages":"1","Is_Duplicate":0,"Notes":"","Subtotal":0,"Tax":0,"Tax_Lines":[],"Tip":0,"PO_Number":"","Vendor_Name":"","Vendor_Raw_Name":"","Vendor_Address":"","Vendor_Email":"","Vendor_City":"","Vendor_Country":"","Vendor_Zipcode":"","Raw_Text":"","All_Email_Addresses":"","Document_Type":"Invoice","Line_Items":[{"Line":1,"SKU":"","Date":"","Order":0,"Reference":"","Description":"","QTY":1,"Unit":"","Tax":0,"Tax_Rate":0,"Type":"service","Price":0,"Discount":0,"Amount":0},],"message":"success","status":"success","photon_key":"data/',
};
