"""The FHIR boundary: HL7 Da Vinci Prior Authorization Support 2.2.1 on FHIR R4, in and out."""
