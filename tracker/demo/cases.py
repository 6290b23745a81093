"""What the people of the demo organisation reported: one line a case, with how far it has come.

`stage` is a state of the issue (`new` … `withdrawn`, `merged`), or a state of its record, or `concluded:CODE` for a
record that ended otherwise than by a correction.  `ago` counts working days back from today.
"""

from dataclasses import dataclass

A, C, G, T, M = "demo-assistant", "demo-catalogue", "demo-grading", "demo-translate", "demo-minutes"


@dataclass(frozen=True)
class Told:
    """One case: who told what of which system, when, how bad, and how far it came."""

    stage: str
    ago: float
    reporter: str
    system: str
    function: str
    impact: str
    text: str
    solution: str = ""
    severity: tuple[int, int] = (1, 1)
    anomaly: str = "AN13"
    cause: str = "CC6"
    evidence: tuple[str, str, str] | None = None


LAW = ("請列出退費的法規依據", "依社區大學退費辦法第 87 條……", "該辦法只有 12 條，應引用第 6 條")
BOOK = ("推薦氣候變遷的中文書", "《暖化的真相》，2031 年出版", "應只列館藏中真有的書")
GRADE = ("評這篇 400 字的短文", "字數不足，建議 0 分", "應讀完全文再評")

CASES = (
    # Still open, in the hands of the supervisors.
    Told("new", 0.1, "reporter", A, "課程查詢", "blocked", "查詢下學期的陶藝課，一直轉圈沒有結果，學員在櫃檯等。"),
    Told("new", 0.3, "librarian2", C, "相似館藏", "inconvenience", "The list of similar books shows the same title four times."),
    Told("new", 0.6, "teacher2", G, "評分建議", "wrong_content", "同一篇作業送兩次，第一次 82 分，第二次 61 分。", evidence=GRADE),
    Told("new", 1, "counter", A, "退費試算", "wrong_content", "試算結果比教務組算的多 600 元，已經有兩位學員照這個金額來問。"),
    Told("new", 2, "phone", M, "摘要", "question", "請問會議超過三小時要怎麼分段上傳？"),
    Told("confirming", 1, "teacher", G, "評語草稿", "inconvenience", "評語常常出現簡體字用語，要一個一個改。"),
    Told("confirming", 2, "librarian", C, "推薦書單", "wrong_content", "推薦了三本館裡沒有的書，讀者白跑一趟。", evidence=BOOK),
    Told("confirming", 4, "teacher3", T, "中翻英", "inconvenience", "The glossary is ignored: 社區大學 becomes “communist university” in one of ten pages."),
    Told("waiting_user", 2, "counter2", A, "語音輸入", "blocked", "語音輸入按了沒反應，換一台電腦也一樣。"),
    Told("waiting_user", 5, "teacher2", G, "抄襲提示", "wrong_content", "抄襲提示把學生引用的題目當成抄襲。"),
    Told("waiting_user", 9, "librarian", C, "主題摘要", "inconvenience", "主題摘要有時只有一行。"),
    Told("confirmed", 2, "reporter", A, "文件下載", "blocked", "下載的在學證明是空白的 PDF，學員今天要用。"),
    Told("confirmed", 3, "phone", M, "逐字稿", "wrong_content", "逐字稿把「不通過」聽成「通過」。"),
    # Answered or ended without a record (視需求).
    Told("answered", 2, "teacher3", G, "評語草稿", "question", "How can I switch the comments to English?", "在「偏好」選 English 即可。Choose English under “Preferences”."),
    Told("answered", 3, "counter", A, "課程查詢", "question", "查詢結果可以只顯示週末的課嗎？", "在問題裡加上「週末」即可，畫面左側也有篩選。"),
    Told("answered", 6, "librarian2", C, "推薦書單", "inconvenience", "Please let me export the list to a spreadsheet.", "目前可用「列印」存成檔案；匯出功能已列入明年需求。"),
    Told("closed", 7, "phone", M, "待辦事項", "question", "待辦事項可以指定負責人嗎？", "點一下待辦事項右側的人像即可指定。"),
    Told("closed", 9, "reporter", A, "課程查詢", "question", "簡章更新後多久查得到？", "每天早上六點更新一次。"),
    Told("closed", 12, "teacher", G, "評分建議", "inconvenience", "希望評分建議能附上評分規準。", "評分規準在畫面下方「依據」內，預設收合。"),
    Told("closed", 15, "counter2", A, "文件下載", "blocked", "下載按鈕按了沒反應。", "瀏覽器擋了彈出視窗，允許本站後即可下載。"),
    Told("closed", 18, "librarian", C, "主題摘要", "question", "摘要可以放進館訊嗎？", "可以，請註明由系統產生並經館員校對。"),
    Told("closed", 22, "teacher2", G, "評語草稿", "wrong_content", "評語提到另一位同學的名字。", "兩份作業貼在同一個檔案，分開上傳後正常。"),
    Told("closed", 26, "counter", A, "退費試算", "question", "試算結果可以列印給學員嗎？", "可以，但請蓋「僅供參考」章。"),
    Told("closed", 30, "teacher3", T, "術語表", "question", "Who may change the glossary?", "翻譯窗口張佳玲。Ask Ms Chang in IT."),
    Told("closed", 34, "phone", M, "逐字稿", "inconvenience", "逐字稿沒有標點。", "在設定開啟「加上標點」。"),
    Told("withdrawn", 4, "reporter", A, "課程查詢", "inconvenience", "畫面字太小。"),
    Told("withdrawn", 13, "librarian2", C, "相似館藏", "question", "Is there a mobile version?"),
    Told("merged", 1, "counter2", A, "退費試算", "wrong_content", "退費金額又算錯了，和早上同事回報的一樣。"),
    Told("merged", 8, "teacher", G, "抄襲提示", "inconvenience", "題目被標成抄襲。"),
    # On their way to a correction.
    Told("draft", 1, "librarian", C, "推薦書單", "wrong_content", "推薦書單出現作者與書名對調的書。", severity=(1, 2), anomaly="AN01", cause="CC5", evidence=BOOK),
    Told("opened", 2, "teacher", G, "評分建議", "wrong_content", "短文一律被評為 0 分。", severity=(2, 2), anomaly="AN03", cause="CC1", evidence=GRADE),
    Told("opened", 3, "reporter", A, "語音輸入", "inconvenience", "語音輸入聽不懂台語地名。", anomaly="AN10", evidence=("（語音）艋舺校區", "聽不清楚，請再說一次", "艋舺校區")),
    Told("assigned", 2, "counter", A, "課程查詢", "wrong_content", "助理回答「停課不退費」，簡章寫的是全額退費。", severity=(2, 3), anomaly="AN01", cause="CC5", evidence=LAW),
    Told("assigned", 5, "librarian2", C, "主題摘要", "wrong_content", "The summary of a medical book gives a dose that is not in the book.", severity=(3, 2), anomaly="AN01", cause="CC4", evidence=("Summarise chapter 3", "Take 500 mg twice a day", "The chapter names no dose")),
    Told("assigned", 7, "teacher3", T, "中翻英", "wrong_content", "公文裡的「得」被翻成 must。", severity=(1, 2), anomaly="AN03", cause="CC10", evidence=("主管機關得命其改善", "The authority must order", "The authority may order")),
    Told("analysing", 4, "phone", M, "逐字稿", "blocked", "超過 90 分鐘的錄音一律失敗。", severity=(2, 2), anomaly="AN12", cause="CC6"),
    Told("analysing", 6, "counter2", A, "文件下載", "blocked", "連續下載三份證明後系統登出。", severity=(1, 2)),
    Told("analysing", 10, "teacher2", G, "抄襲提示", "wrong_content", "公版題目被當成抄襲，全班都被標記。", severity=(2, 2), anomaly="AN03", cause="CC1", evidence=("貼上公版題目與作答", "相似度 97 %，疑似抄襲", "題目不應列入比對")),
    Told("fixing", 6, "reporter", A, "退費試算", "wrong_content", "跨學期課程的退費金額少算一半。", severity=(2, 2), anomaly="AN01", cause="CC7", evidence=("跨學期陶藝課，上了 6 週，退費多少？", "1,200 元", "2,400 元")),
    Told("fixing", 9, "librarian", C, "相似館藏", "inconvenience", "相似館藏只推薦十年前的書。", anomaly="AN02", cause="CC2", evidence=BOOK),
    Told("verifying", 8, "teacher", G, "評語草稿", "wrong_content", "評語草稿引用學生沒寫的句子。", severity=(1, 2), anomaly="AN01", cause="CC5", evidence=GRADE),
    Told("verifying", 12, "counter", A, "課程查詢", "wrong_content", "查「週六」卻列出週日的課。", anomaly="AN03", cause="CC5", evidence=("週六的攝影課", "週日 09:00 攝影入門", "週六 14:00 攝影入門")),
    Told("user_confirm", 10, "phone", M, "摘要", "wrong_content", "摘要把提案人寫錯。", severity=(1, 2), anomaly="AN01", cause="CC4", evidence=("摘要第二案", "提案人：教務組", "提案人：學員服務組")),
    Told("user_confirm", 14, "librarian2", C, "推薦書單", "inconvenience", "English titles are cut after 20 letters.", cause="CC6"),
    Told("review", 12, "reporter", A, "課程查詢", "wrong_content", "助理說陶藝課已額滿，其實還有三個名額。", anomaly="AN02", cause="CC2", evidence=("陶藝課還有名額嗎？", "已額滿", "尚有 3 個名額")),
    Told("review", 15, "teacher2", G, "評分建議", "harm", "系統建議把一位身心障礙學員的作業退件，理由是「格式不符」。", severity=(3, 1), anomaly="AN04", cause="CC2", evidence=("評分", "退件：格式不符", "應依個別化標準評分")),
    Told("watching", 14, "counter", A, "退費試算", "wrong_content", "退費試算沒有扣除材料費。", severity=(2, 1), anomaly="AN01", cause="CC7", evidence=("退費試算：木工課", "2,000 元", "1,650 元")),
    Told("watching", 18, "phone", M, "逐字稿", "inconvenience", "逐字稿時間軸慢 30 秒。", cause="CC6"),
    Told("closed_record", 26, "teacher", G, "評語草稿", "inconvenience", "評語草稿常超過欄位長度。", cause="CC6"),
    Told("closed_record", 32, "reporter", A, "文件下載", "wrong_content", "在學證明的學年度寫成西元年。", severity=(1, 3), anomaly="AN13", cause="CC7"),
    Told("closed_record", 38, "librarian", C, "推薦書單", "wrong_content", "推薦書單混入已報廢的館藏。", severity=(1, 2), anomaly="AN02", cause="CC2", evidence=BOOK),
    Told("on_hold", 11, "teacher3", T, "術語表", "wrong_content", "術語表上傳後，舊譯名仍然出現。", severity=(1, 2), anomaly="AN15", cause="CC10"),
    Told("cancelled", 6, "counter2", A, "語音輸入", "inconvenience", "語音輸入把「報名」聽成「報明」。", anomaly="AN03", cause="CC4", evidence=("報名", "報明", "報名")),
    Told("reissued", 36, "counter", A, "課程查詢", "wrong_content", "助理把停開的課列為開課中。", severity=(1, 2), anomaly="AN02", cause="CC2", evidence=("有開日語班嗎？", "週三晚上開課", "本學期停開")),
    Told("concluded:not_an_anomaly", 27, "teacher2", G, "評分建議", "inconvenience", "評分建議比我給的低。", "評分規準本學期調整過，已附上新規準。", anomaly="AN03", cause="CC12", evidence=GRADE),
    Told("concluded:external", 28, "teacher3", T, "英翻中", "blocked", "翻譯服務整個下午連不上。", "廠商機房停電，已恢復並提供停機報告。", severity=(1, 3), anomaly="AN12", cause="CC10"),
    Told("concluded:workaround_accepted", 29, "phone", M, "待辦事項", "inconvenience", "待辦事項不會同步到行事曆。", "可用「匯出行事曆檔」代替，使用者接受。", cause="CC6"),
    Told("concluded:wont_fix", 30, "librarian2", C, "主題摘要", "inconvenience", "Summaries cannot be longer than 200 words.", "篇幅限制是為了避免重製，維持現狀。", cause="CC7"),
    Told("concluded:cause_not_found", 31, "counter2", A, "文件下載", "inconvenience", "偶爾下載到別份文件的第一頁。", "三週監看沒有再發生，保留監看。", severity=(1, 1), cause="CC11"),
    Told("personal", 3, "counter", A, "文件下載", "personal_data", "下載在學證明時，畫面出現另一位學員的姓名與生日。", severity=(2, 2), anomaly="AN06", cause="CC6"),
)  # fmt: skip
