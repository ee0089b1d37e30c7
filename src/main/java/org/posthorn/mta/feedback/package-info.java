/// Reports about mail between servers: what was seen here of mail in the name of other domains
/// (DMARC) and of TLS with other servers (TLS-RPT) is counted, and sent once a day to whoever asks
/// for it; what others report of our domains is read when it comes in, and kept.
///
/// `Feedback` counts in memory and writes behind; `FeedbackRows` are its rows; `ReportMail` writes
/// messages, `ReportSender` sends them, `Arrivals` reads what comes. Nothing here makes mail wait,
/// and a crash costs the counts of a minute.
package org.posthorn.mta.feedback;
