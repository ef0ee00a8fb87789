"""Before and after in public: pairs of photographs on a treatment's page, only while the patient agrees."""
